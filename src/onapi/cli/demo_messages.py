"""The demo's messages: its factura by e-mail and by WhatsApp, and what arrived in the sandbox's mailbox and phone."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2
import typer

from onapi.errors import Unreachable

_MAIL, _PHONE = "compras@cliente.example", "+51987654321"
_THANKS = "Gracias por su compra."
_WAIT_S = 20
_LOOK_S = 0.1
_BOX_URL = "/_simulator/outbox"


@dataclass(frozen=True, slots=True)
class Arrived:
    """What the sandbox's box holds of the demo's messages."""

    mails: Sequence[Mapping[str, Any]]
    whatsapps: Sequence[Mapping[str, Any]]

    @property
    def is_whole(self) -> bool:
        """Whether both arrived, with each file that was asked for."""
        return bool(self.mails) and len([each for each in self.whatsapps if each["status"] == "delivered"]) > 1


def show_messages(client: httpx2.Client, base: str, simulator: str, record: Mapping[str, Any]) -> bool:
    """Send an accepted receipt both ways through the public API, and tell what came of it; True if all arrived."""
    newest = _listed(client, simulator, {"limit": 1})
    last = newest[0]["id"] if newest else 0
    receipt = {key: record[key] for key in ("ruc", "doctype", "serie", "number")}
    _ask(client, f"{base}/tools/sendCpeEmail", {**receipt, "to": [_MAIL], "message": _THANKS})
    _ask(client, f"{base}/wsp/cpe", {**receipt, "phone": _PHONE, "files": ["pdf", "xml"], "message": _THANKS})
    arrived = _awaited(client, simulator, last)
    typer.echo()
    for each in (*arrived.mails, *arrived.whatsapps):
        typer.echo(_line(each))
    if not arrived.is_whole:
        typer.echo("onapi: los mensajes no llegaron todos a la bandeja", err=True)
    return arrived.is_whole


def _ask(client: httpx2.Client, url: str, body: Mapping[str, Any]) -> None:
    answer = client.post(url, json=body)
    if not answer.is_success:
        raise Unreachable(f"el mensaje no se aceptó: {answer.json().get('detail', answer.status_code)}")


def _awaited(client: httpx2.Client, simulator: str, last: int) -> Arrived:
    """What arrived after the last message that was there, once it is all there or time is over."""
    deadline = time.monotonic() + _WAIT_S
    while True:
        found = [each for each in reversed(_listed(client, simulator, {"limit": 50})) if each["id"] > last]
        arrived = Arrived(
            [each for each in found if each["channel"] == "email" and _MAIL in each["to"]],
            [each for each in found if each["channel"] == "whatsapp" and _PHONE in each["to"]],
        )
        if arrived.is_whole or time.monotonic() > deadline:
            return arrived
        time.sleep(_LOOK_S)


def _listed(client: httpx2.Client, simulator: str, filters: Mapping[str, Any]) -> list[dict[str, Any]]:
    # The token is for the API alone.
    answer = client.get(f"{simulator}{_BOX_URL}", params=filters, headers={"Authorization": ""}).raise_for_status()
    found: list[dict[str, Any]] = answer.json()["messages"]
    return found


def _line(message: Mapping[str, Any]) -> str:
    way = "Correo  " if message["channel"] == "email" else "WhatsApp"
    what = message["subject"] or message["text"]
    files = ", ".join(each["name"] for each in message["files"])
    standing = "entregado" if message["status"] == "delivered" else message["status"]
    parts = [f"{way}  {message['to'][0]}  {standing}", what, files, f"onapi outbox show {message['id']}"]
    return "\n            ".join(part for part in parts if part)
