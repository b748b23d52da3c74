"""Look at companies, and keep what is no secret of them: how their receipts are sent, and their logo."""

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from onapi import cell
from onapi.cell.picture import cleaned
from onapi.errors import InvalidDocument, NotFound
from onapi.flows.act import act
from onapi.flows.platform import Platform
from onapi.flows.sender import summary_time
from onapi.store import companies, in_line
from onapi.store.companies import Company, Versions
from onapi.values.scope import Scope

MOST_LOGO_BYTES = 1024 * 1024
_PICTURE = cell.Limits(cpu_s=5, wall_s=10, most_in_bytes=MOST_LOGO_BYTES, most_out_bytes=MOST_LOGO_BYTES)
SENDER_SHAPES: Mapping[str, str] = MappingProxyType(  # each setting of the sender, and how its values look
    {
        "replyTo": r"[^@\s]{1,64}@[^@\s]{1,255}",
        "displayName": r"[^\x00-\x1f\x7f]{1,100}",
        "whatsappPhone": r"\+[1-9]\d{7,14}|9\d{8}",
        "boletaMode": r"individual|summary",
        "summaryAt": r"([01]\d|2[0-3]):[0-5]\d",
        "pageColor": r"#[0-9A-Fa-f]{6}",
        "pageAuthorization": r"[^\x00-\x1f\x7f]{1,200}",
    }
)
_PNG = b"\x89PNG"


def company(platform: Platform, scope: Scope) -> Company:
    """A company; NotFound if it is not enrolled here."""
    with platform.database.reading() as connection:
        found = companies.find(connection, scope)
    if found is None:
        raise NotFound(f"El RUC {scope.ruc} no está inscrito en esta plataforma.", key="company_not_found")
    return found


def some_companies(platform: Platform, rucs: Collection[str] | None, *, after: str, most: int) -> Sequence[Company]:
    """Companies by RUC, those after one; all of them if `rucs` is None."""
    with platform.database.reading() as connection:
        return companies.page(connection, platform.environment, rucs, after=after, most=most)


def set_sender(platform: Platform, scope: Scope, sender: dict[str, Any], *, versions: Versions = ()) -> None:
    """Keep how its receipts are sent to customers; boletas that wait for their resumen wait for the hour told now."""
    now = platform.clock()
    with platform.database.transaction() as connection:
        companies.keep_sender(connection, scope, sender, now, versions=versions)
        act(platform, connection, "sender_set", scope.ruc, scope)
        found = companies.find(connection, scope)
        if found is None:
            raise AssertionError("a company that was changed and is not there")
        hour = summary_time(platform, found)
        for day in in_line.days(connection, scope, now):
            in_line.wait_until(connection, scope, day, hour.after(day, now), now)


def change_sender(platform: Platform, scope: Scope, changes: dict[str, Any]) -> dict[str, Any]:
    """Change some settings and leave the others; gives all of them. InvalidDocument names one that is wrong."""
    for name, value in changes.items():
        if not re.fullmatch(SENDER_SHAPES[name], str(value)):
            raise InvalidDocument(f"El valor de {name} no tiene la forma esperada: {value}", key="validation_failed")
    about = company(platform, scope).about
    sender = {**dict.fromkeys(SENDER_SHAPES), **((about and about.sender) or {}), **changes}
    set_sender(platform, scope, sender)
    return sender


def set_logo(platform: Platform, scope: Scope, data: bytes, *, versions: Versions = ()) -> tuple[bytes, str]:
    """Keep a picture, drawn again, as the logo; gives what is kept and its form. InvalidDocument says what is wrong."""
    if len(data) > MOST_LOGO_BYTES:
        raise InvalidDocument("El logotipo pesa más de 1 MiB.", key="payload_too_large")
    picture = cell.run(cleaned, data, _PICTURE, key="unreadable_image")
    form = "PNG" if picture.startswith(_PNG) else "JPEG"
    blob = platform.blobs.put(picture)
    with platform.database.transaction() as connection:
        companies.keep_logo(connection, scope, blob, form, platform.clock(), versions=versions)
        act(platform, connection, "logo_set", blob, scope)
    return picture, form


def logo_of(platform: Platform, scope: Scope) -> tuple[bytes, str] | None:
    """The logo of a company and its form, PNG or JPEG; None if it has none."""
    about = company(platform, scope).about
    if about is None or about.logo is None:
        return None
    return platform.blobs.get(about.logo), about.logo_form or "PNG"
