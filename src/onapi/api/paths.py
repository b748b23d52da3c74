"""The four path parameters that name a receipt, checked together."""

import re
from typing import Annotated

from fastapi import Depends, Path

from onapi.api.auth import Caller, need_ruc
from onapi.api.surroundings import Here, Surroundings
from onapi.errors import InvalidDocument
from onapi.rules.rule import Fault
from onapi.values.identity import is_ruc, is_ruc_shape
from onapi.values.number import DOCTYPES, MAX_CORRELATIVE, ReceiptId, is_series

_NUMBER = re.compile(r"\d{1,8}", re.ASCII)


async def receipt_of(  # noqa: PLR0917  FastAPI passes them by name
    caller: Caller,
    here: Here,
    ruc: Annotated[str, Path(description="RUC emisor", examples=["20000000001"])],
    doctype: Annotated[str, Path(description="Tipo de comprobante", examples=["01"])],
    serie: Annotated[str, Path(description="Serie", examples=["F001"])],
    number: Annotated[str, Path(description="Número", examples=["123"])],
) -> ReceiptId:
    """The receipt that a path names, of a company the caller may act for."""
    series = serie.upper()
    wrong = [
        Fault("invalid_parameter", f"/{name}", sentence, received=value[:40])
        for name, value, fits, sentence in (
            ("ruc", ruc, _is_ruc(ruc, here), "El RUC debe tener 11 dígitos y su dígito verificador."),
            ("doctype", doctype, doctype in DOCTYPES, f"El tipo debe ser uno de {', '.join(DOCTYPES)}."),
            ("serie", serie, is_series(series), "La serie debe tener 4 caracteres, como F001."),
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


def _is_ruc(text: str, here: Surroundings) -> bool:
    return is_ruc(text) if here.platform.strict_ruc else is_ruc_shape(text)


def _invalid(fault: Fault) -> InvalidDocument:
    return InvalidDocument("El RUC no es válido.", key="validation_failed", faults=(fault,))


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None and int(text) >= 1


Named = Annotated[ReceiptId, Depends(receipt_of)]
