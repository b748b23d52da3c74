"""Which messages a list is to show: those of a company, or of one of its receipts."""

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Query

from onapi.api.auth import Caller, need, need_ruc
from onapi.api.paths import RUC_SCHEMA, check_ruc
from onapi.api.surroundings import Here
from onapi.api.tokens import Principal
from onapi.errors import InvalidDocument
from onapi.rules.rule import Fault
from onapi.store.messages import Wanted
from onapi.values.number import DOCTYPES, MAX_CORRELATIVE
from onapi.values.scope import Scope

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


_Cursor = Annotated[
    str | None,
    Query(
        description="El de la respuesta anterior",
        examples=["01931f0a-9c11-7b22-8a00-112233445566"],
        json_schema_extra={"pattern": f"^{_UUID.pattern}$"},
    ),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """A list that somebody may see."""

    scope: Scope
    wanted: Wanted


async def listed(  # noqa: PLR0917  FastAPI passes them by name
    caller: Caller,
    here: Here,
    ruc: Annotated[
        str | None,
        Query(
            description="RUC de la empresa; puede faltar si la credencial tiene uno solo",
            examples=["20000000001"],
            json_schema_extra=RUC_SCHEMA,
        ),
    ] = None,
    doctype: Annotated[
        str | None,
        Query(description="Solo de comprobantes de este tipo", json_schema_extra={"enum": list(DOCTYPES)}),
    ] = None,
    serie: Annotated[str | None, Query(max_length=8, description="Solo de esta serie")] = None,
    number: Annotated[
        int | None, Query(ge=1, le=MAX_CORRELATIVE, description="Solo de este número", examples=[123])
    ] = None,
    channel: Annotated[Literal["email", "whatsapp"] | None, Query(description="Solo los de este canal")] = None,
    status: Annotated[
        Literal["QUEUED", "SENT", "DELIVERED", "READ", "FAILED"] | None, Query(description="Solo los que están así")
    ] = None,
    cursor: _Cursor = None,
) -> Asked:
    """The list that is meant."""
    need(caller, "messaging")
    ruc = _company(caller, ruc, strict=here.platform.strict_ruc)
    if cursor is not None and not _UUID.fullmatch(cursor):
        raise _invalid("/cursor", "Debe ser el de la respuesta anterior.")
    if doctype is not None and doctype not in DOCTYPES:
        raise _invalid("/doctype", "Debe ser un tipo de comprobante: 01, 03, 07…")
    about = (doctype or "", serie or "", number or 0)
    return Asked(here.platform.scope(ruc), Wanted(*about, channel or "", status or "", cursor or ""))


def _company(caller: Principal, ruc: str | None, *, strict: bool) -> str:
    """The company that is meant; the only one of who names none."""
    if ruc is None and len(caller.rucs) != 1:
        raise _invalid("/ruc", "Indique el RUC: su credencial actúa por varios.", "required")
    found = next(iter(caller.rucs)) if ruc is None else ruc
    check_ruc(found, "/ruc", strict=strict)
    need_ruc(caller, found)
    return found


def _invalid(field: str, sentence: str, code: str = "invalid_parameter") -> InvalidDocument:
    return InvalidDocument(sentence, key="invalid_parameter", faults=(Fault(code, field, sentence),))


Listed = Annotated[Asked, Depends(listed)]
