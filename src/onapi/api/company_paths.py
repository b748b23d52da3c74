"""Which company an administrator means, and which version of it he has seen.

An administrator acts for the RUCs of his credential, also for one that is not enrolled yet: whoever owns the platform
gives him that RUC, and he enrols the company. Nobody acts for companies that his credential does not name.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Header, Path

from onapi.api.auth import Caller, need, need_ruc
from onapi.api.paths import RUC_SCHEMA
from onapi.api.surroundings import Here
from onapi.errors import InvalidDocument
from onapi.rules.rule import Fault
from onapi.store.companies import Company
from onapi.values.identity import is_ruc, is_ruc_shape
from onapi.values.scope import Scope

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER = (datetime(1, 1, 2, tzinfo=UTC),)  # no company was ever in that version
_TICK = timedelta(microseconds=1)
_HEX = 16


async def scope_of(
    caller: Caller,
    here: Here,
    ruc: Annotated[str, Path(description="RUC de la empresa", examples=["20000000001"], json_schema_extra=RUC_SCHEMA)],
) -> Scope:
    """The company of a path, of which the caller is an administrator."""
    need(caller, "admin")
    if not (is_ruc(ruc) if here.platform.strict_ruc else is_ruc_shape(ruc)):
        sentence = "El RUC debe tener 11 dígitos y su dígito verificador."
        fault = Fault("invalid_parameter", "/ruc", sentence, received=ruc[:40])
        raise InvalidDocument("La dirección no nombra una empresa.", key="invalid_parameter", faults=(fault,))
    need_ruc(caller, ruc)
    return here.platform.scope(ruc)


async def versions_of(
    if_match: Annotated[
        str | None, Header(description="ETag que se leyó; si la empresa cambió desde entonces, 409 version_conflict")
    ] = None,
) -> Collection[datetime]:
    """The versions that a change is meant for; none if it is meant for any."""
    if if_match is None or if_match.strip() == "*":
        return ()
    return [found for part in if_match.split(",") if (found := _version(part.strip()))] or _NEVER


def tag_of(company: Company) -> dict[str, str]:
    """The ETag of a company: the moment of its last change."""
    changed = company.about.updated_at if company.about else _BEGINNING
    return {"ETag": f'"{(changed - _BEGINNING) // _TICK:x}"'}


def _version(tag: str) -> datetime | None:
    try:
        return _BEGINNING + int(tag.strip('"')[:_HEX], _HEX) * _TICK
    except (ValueError, OverflowError):
        return None


Meant = Annotated[Scope, Depends(scope_of)]
Seen = Annotated[Collection[datetime], Depends(versions_of)]


def body_of(model: str, *, form: dict[str, Any] | None = None, raw: tuple[str, ...] = ()) -> dict[str, Any]:
    """The request body of an operation as its document tells it: JSON, and where it takes one a form or a file."""
    content: dict[str, Any] = {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}}
    if form is not None:
        sent = {name: "(el archivo)" if "binary" in told.values() else "<secreto>" for name, told in _members(form)}
        content["multipart/form-data"] = {"schema": {"type": "object", **form}, "example": sent}
    for kind in raw:
        content[kind] = {"schema": {"type": "string", "format": "binary"}, "example": "(la imagen)"}
    return {"requestBody": {"required": True, "content": content}}


def _members(form: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return list(form["properties"].items())
