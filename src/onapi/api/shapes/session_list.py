"""Shapes of a user's own sessions."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from onapi.store.sessions import Session
from onapi.values.moment import in_lima

_SESSION: dict[str, JsonValue] = {
    "id": "019aa0d2-6f2e-7c51-9d0a-2f4c1b7e8a90",
    "current": True,
    "createdAt": "2026-11-20T10:15:00-05:00",
    "lastUsedAt": "2026-11-20T10:29:31-05:00",
    "endsAt": "2027-02-18T10:15:00-05:00",
    "address": "203.0.113.7",
    "userAgent": "mi-sistema/2.4",
}


class SessionInfo(BaseModel):
    """One open session."""

    model_config = ConfigDict(json_schema_extra={"example": _SESSION})

    id: str
    current: bool = Field(description="Si es la de este token")
    createdAt: str
    lastUsedAt: str = Field(description="Última vez que se inició o se renovó")
    endsAt: str = Field(description="Cuándo termina por mucho que se renueve")
    address: str = Field(description="Dirección IP del último uso")
    userAgent: str


class SessionList(BaseModel):
    """The open sessions of whoever asks."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [_SESSION], "count": 1}})

    items: list[SessionInfo]
    count: int


class Ended(BaseModel):
    """How many sessions ended."""

    model_config = ConfigDict(json_schema_extra={"example": {"ended": 1}})

    ended: int = Field(description="Sesiones que se cerraron")


def session_shown(session: Session, current: str) -> dict[str, Any]:
    """A session as JSON."""
    return {
        "id": session.id,
        "current": session.id == current,
        "createdAt": in_lima(session.created_at).isoformat(timespec="seconds"),
        "lastUsedAt": in_lima(session.used_at).isoformat(timespec="seconds"),
        "endsAt": in_lima(session.ends_at).isoformat(timespec="seconds"),
        "address": session.address,
        "userAgent": session.agent,
    }
