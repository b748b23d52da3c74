"""Endpoints of webhooks and the log of what they were told, as the API shows them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from onapi.flows.announce import EVENTS
from onapi.flows.webhooks import Kept, Told, Wish
from onapi.store.deliveries import Attempt
from onapi.store.webhooks import ALL, Endpoint
from onapi.values.moment import stamp

_WISH: dict[str, Any] = {
    "url": "https://erp.ejemplo.pe/onapi",
    "events": ["document.accepted", "document.rejected"],
    "description": "ERP",
    "enabled": True,
}
_ENDPOINT = {
    "id": "01931f0a-8b7c-7e1d-9a2b-3c4d5e6f7a8b",
    "ruc": "20000000001",
    **_WISH,
    "disabledWhy": None,
    "failingSince": None,
    "oldSecretUntil": None,
    "createdAt": "2026-11-20T10:15:00-05:00",
    "updatedAt": "2026-11-20T10:15:00-05:00",
}
_SECRET = {"secret": "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}
_ATTEMPT = {
    "number": 1,
    "at": "2026-11-20T10:15:04-05:00",
    "durationMs": 84,
    "status": 200,
    "trouble": None,
    "answer": "ok",
}
_DELIVERY = {
    "id": "01931f0a-9c11-7b22-8a00-112233445566",
    "messageId": "01931f0a-9c10-7b21-8a00-112233445566",
    "event": "document.accepted",
    "sequence": 2,
    "status": "DELIVERED",
    "attempts": [_ATTEMPT],
    "nextAttemptAt": None,
    "replayOf": None,
    "createdAt": "2026-11-20T10:15:03-05:00",
    "endedAt": "2026-11-20T10:15:04-05:00",
    "payload": None,
}
ENDPOINT: dict[str, Any] = {"content": {"application/json": {"example": _ENDPOINT}}}
CREATED: dict[str, Any] = {"content": {"application/json": {"example": {**_ENDPOINT, **_SECRET}}}}
ENDPOINTS: dict[str, Any] = {"content": {"application/json": {"example": {"items": [_ENDPOINT]}}}}
DELIVERY: dict[str, Any] = {"content": {"application/json": {"example": _DELIVERY}}}
PENDING: dict[str, Any] = {
    "content": {"application/json": {"example": {**_DELIVERY, "status": "PENDING", "attempts": [], "endedAt": None}}}
}
DELIVERIES: dict[str, Any] = {"content": {"application/json": {"example": {"items": [_DELIVERY], "cursor": None}}}}
EVENT_WORDS = "; ".join(f"`{kind}`: {words}" for kind, words in EVENTS.items())


class WebhookWish(BaseModel):
    """An endpoint as its company wants it."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"example": _WISH})

    url: str = Field(min_length=8, max_length=2000, description="https, puerto 443 u 8443, en la red pública")
    events: list[str] = Field(
        [ALL], min_length=1, max_length=50, description=f"Eventos, o «*» para todos. {EVENT_WORDS}"
    )
    description: str = Field("", max_length=200, description="Para reconocerlo")
    enabled: bool = Field(True, description="Si recibe avisos")  # noqa: FBT003  a default

    def wish(self) -> Wish:
        """As the flow takes it."""
        return Wish(self.url, tuple(self.events), self.description, self.enabled)


class WebhookEndpoint(BaseModel):
    """An endpoint."""

    id: str
    ruc: str
    url: str
    events: list[str]
    description: str
    enabled: bool
    disabledWhy: Literal["gone", "failing"] | None = Field(
        description="gone: contestó 410; failing: falló cinco días seguidos; null: lo decidió una persona"
    )
    failingSince: datetime | None
    oldSecretUntil: datetime | None = Field(description="Hasta cuándo se firma también con el secreto anterior")
    createdAt: datetime
    updatedAt: datetime
    secret: str | None = Field(None, description="Solo al crearlo y al rotarlo; guárdelo: no se vuelve a mostrar")


class WebhookEndpoints(BaseModel):
    """A company's endpoints."""

    items: list[WebhookEndpoint]


class WebhookAttempt(BaseModel):
    """One call."""

    number: int
    at: datetime
    durationMs: int
    status: int | None = Field(description="HTTP; null si no hubo respuesta")
    trouble: str | None = Field(description="Qué pasó, si no hubo respuesta")
    answer: str = Field(description="El primer KiB de la respuesta")


class WebhookDelivery(BaseModel):
    """A message on its way to an endpoint."""

    id: str
    messageId: str = Field(description="La cabecera webhook-id, igual en cada repetición")
    event: str
    sequence: int
    status: Literal["PENDING", "DELIVERED", "FAILED", "CANCELLED"]
    attempts: list[WebhookAttempt]
    nextAttemptAt: datetime | None
    replayOf: str | None
    createdAt: datetime
    endedAt: datetime | None
    payload: str | None = Field(None, description="El texto firmado; solo al pedir un envío")


class WebhookDeliveries(BaseModel):
    """The newest deliveries of an endpoint."""

    items: list[WebhookDelivery]
    cursor: str | None = Field(description="Lo que se pasa para ver los anteriores; null si no hay más")


def endpoint(found: Endpoint) -> dict[str, Any]:
    """An endpoint, its secret left out."""
    return {
        "id": found.id,
        "ruc": found.scope.ruc,
        "url": found.url,
        "events": list(found.events),
        "description": found.description,
        "enabled": found.enabled,
        "disabledWhy": found.disabled_why,
        "failingSince": _at(found.failing_since),
        "oldSecretUntil": _at(found.old_secret_until),
        "createdAt": _at(found.created_at),
        "updatedAt": _at(found.updated_at),
    }


def kept(found: Kept) -> dict[str, Any]:
    """An endpoint, with its secret where it was just made."""
    return {**endpoint(found.endpoint), "secret": found.secret or None}


def delivery(told: Told, *, whole: bool = False) -> dict[str, Any]:
    """A delivery; with what was sent where the whole of it is asked for."""
    found = told.delivery
    return {
        "id": found.id,
        "messageId": found.message_id,
        "event": told.message.kind,
        "sequence": told.message.sequence,
        "status": found.state,
        "attempts": [_attempt(each) for each in told.attempts],
        "nextAttemptAt": _at(found.next_action_at),
        "replayOf": found.replay_of,
        "createdAt": _at(found.created_at),
        "endedAt": _at(found.ended_at),
        "payload": told.message.body if whole else None,
    }


def _attempt(found: Attempt) -> dict[str, Any]:
    return {
        "number": found.number,
        "at": _at(found.at),
        "durationMs": found.duration_ms,
        "status": found.status,
        "trouble": found.trouble or None,
        "answer": found.answer,
    }


def _at(moment: datetime | None) -> str | None:
    return stamp(moment) if moment else None
