"""The four path parameters that name a receipt, checked together."""

import re
from typing import Annotated, Any, Final

from fastapi import Depends, Path, Query, Request

from onapi.api.auth import Caller, need_ruc
from onapi.api.surroundings import surroundings_of
from onapi.errors import InvalidDocument
from onapi.rules.rule import Fault
from onapi.values.identity import is_ruc, is_ruc_shape
from onapi.values.number import DOCTYPES, MAX_CORRELATIVE, ReceiptId, is_series

_NUMBER = re.compile(r"\d{1,8}", re.ASCII)
# What the OpenAPI document says of them; they are checked here, with a sentence for each. `format` stands for the check
# digit, which no pattern can say.
RUC_SCHEMA: Final[dict[str, Any]] = {"pattern": "^(10|15|16|17|20)[0-9]{9}$", "format": "ruc"}
MAYBE_RUC_SCHEMA: Final[dict[str, Any]] = {**RUC_SCHEMA, "pattern": "^((10|15|16|17|20)[0-9]{9})?$"}  # "" for none
_DOCTYPE_SCHEMA: Final[dict[str, Any]] = {"enum": list(DOCTYPES)}
_SERIES_SCHEMA: Final[dict[str, Any]] = {"pattern": "^([FBLTVEGRPfbltvegrp][A-Za-z0-9]{3}|[0-9]{8})$"}
_NUMBER_SCHEMA: Final[dict[str, Any]] = {"pattern": "^0*[1-9][0-9]*$", "maxLength": 8}


async def receipt_of(  # noqa: PLR0917  FastAPI passes them by name
    caller: Caller,
    request: Request,
    ruc: Annotated[str, Path(description="RUC emisor", examples=["20000000001"], json_schema_extra=RUC_SCHEMA)],
    doctype: Annotated[
        str, Path(description="Tipo de comprobante", examples=["01"], json_schema_extra=_DOCTYPE_SCHEMA)
    ],
    serie: Annotated[str, Path(description="Serie", examples=["F001"], json_schema_extra=_SERIES_SCHEMA)],
    number: Annotated[str, Path(description="Número", examples=["123"], json_schema_extra=_NUMBER_SCHEMA)],
) -> ReceiptId:
    """The receipt that a path names, of a company the caller may act for."""
    series = serie.upper()
    wrong = [
        Fault("invalid_parameter", f"/{name}", sentence, received=value[:40])
        for name, value, fits, sentence in (
            (
                "ruc",
                ruc,
                _is_ruc(ruc, request),
                "El RUC debe tener 11 dígitos y su dígito verificador.",
            ),
            ("doctype", doctype, doctype in DOCTYPES, f"El tipo debe ser uno de {', '.join(DOCTYPES)}."),
            ("serie", serie, serie.isascii() and is_series(series), "La serie debe tener 4 caracteres, como F001."),
            ("number", number, _is_number(number), f"El número va de 1 a {MAX_CORRELATIVE}."),
        )
        if not fits
    ]
    if wrong:
        raise InvalidDocument("La dirección no nombra un comprobante.", key="invalid_parameter", faults=wrong)
    need_ruc(caller, ruc)
    return ReceiptId(ruc, doctype, series, int(number))


def check_ruc(ruc: str, field: str, *, strict: bool) -> None:
    """Refuse what is no RUC."""
    if not is_ruc_shape(ruc):
        sentence = "El RUC debe tener 11 dígitos y empezar en 10, 15, 16, 17 o 20."
        raise _invalid(Fault("invalid_parameter", field, sentence, received=ruc))
    if strict and not is_ruc(ruc):
        sentence = "El dígito verificador del RUC no es correcto; revise el número."
        raise _invalid(Fault("ruc_check_digit", field, sentence, received=ruc))


def _is_ruc(text: str, request: Request) -> bool:
    return is_ruc(text) if surroundings_of(request).platform.strict_ruc else is_ruc_shape(text)


def _invalid(fault: Fault) -> InvalidDocument:
    return InvalidDocument("El RUC no es válido.", key="validation_failed", faults=(fault,))


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None and int(text) >= 1


Named = Annotated[ReceiptId, Depends(receipt_of)]
# A company may have names of its own beside these, so there is no list of them; what is none is told by the flow.
Template = Annotated[
    str,
    Query(
        min_length=1,
        description="A4, A5, ticket80, ticket58, o una plantilla de la empresa",
        examples=["A4"],
        json_schema_extra={"pattern": "^[A-Za-z][A-Za-z0-9_-]{0,19}$"},
    ),
]
