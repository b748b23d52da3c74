"""The generated Python client of a running OnAPI, which hears itself speak."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from api_stack import PASSWORD, RUC, Stack
from onapi_client import AuthenticatedClient, Client
from onapi_client.api.authentication import authenticate
from onapi_client.models import Envelope, Login, LoginAnswer

from onapi.settings import CLIENT_ID

ROOT = Path(__file__).resolve().parents[2]
BOSS = "integrador@onapi.local"


@dataclass
class Clients:
    """A running OnAPI, and a client with an administrator's token."""

    stack: Stack
    open: Client
    api: AuthenticatedClient
    heard: list[tuple[str, str, int]] = field(default_factory=list)  # method, path and status of each answer

    def factura(self, **parts: Any) -> Envelope:
        """A factura with a number of its own."""
        document = {
            "serie": "F001",
            "correlativo": next(self.stack.numbers),
            "fechaEmision": "2026-11-20T10:15:00-05:00",
            "client": {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE DE PRUEBA S.A.C."},
            "details": [{"cantidad": 2, "descripcion": "Teclado mecánico", "mtoValorUnitario": 100}],
        }
        told = {"ruc": RUC, "doctype": "01", "document": {**document, **parts}, "options": {"wait": 30}}
        return Envelope.from_dict(told)


def signed_in(client: Client, username: str = BOSS) -> LoginAnswer:
    """The tokens of a user."""
    body = Login(client_id=CLIENT_ID, username=username, password=PASSWORD)
    answer = authenticate.sync(client=client, body=body)
    assert isinstance(answer, LoginAnswer), answer
    return answer


def client_of(stack: Stack, heard: list[tuple[str, str, int]], kind: Callable[..., Any], **more: str) -> Any:
    """A client whose every answer is written down."""

    def hear(answer: httpx.Response) -> None:
        heard.append((answer.request.method, answer.request.url.path, answer.status_code))

    args = {"event_hooks": {"response": [hear]}, "trust_env": False}
    address = str(stack.http.base_url).rstrip("/")
    return kind(address, timeout=httpx.Timeout(90), raise_on_unexpected_status=True, httpx_args=args, **more)
