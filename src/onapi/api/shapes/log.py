"""Shapes of the log of requests."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

EXAMPLE: dict[str, Any] = {
    "items": [
        {
            "id": "019aa2b4-7c3e-7d10-9c55-3f0a6f0e2b41",
            "timestamp": "2026-11-20T10:15:02.114-05:00",
            "method": "POST",
            "path": "/integrator/api/v1/integrator/sendMessage",
            "query": "",
            "headers": {"content-type": "application/json", "authorization": "[redacted]"},
            "body": {"ruc": "20000000001", "doctype": "01"},
            "bodyTruncated": False,
            "status": 201,
            "durationMs": 1840,
            "clientIp": "10.0.0.7",
            "user": "demo@empresa.example",
            "ruc": "20000000001",
            "requestId": "019aa2b47c3e7d109c553f0a6f0e2b41",
        }
    ],
    "count": 1,
}


class LogItem(BaseModel):
    """One request."""

    id: str
    timestamp: datetime = Field(description="Cuándo llegó")
    method: str
    path: str = Field(description="Lo que no es de una ruta conocida se ve como [redacted]")
    query: str
    headers: dict[str, str | int]
    body: dict[str, Any] | list[Any] | str | None = Field(description="Redactado; texto si no es JSON o si se cortó")
    bodyTruncated: bool
    status: int
    durationMs: int
    clientIp: str
    user: str | None
    ruc: str | None
    requestId: str


class LogPage(BaseModel):
    """The newest first."""

    items: list[LogItem]
    count: int
