"""Everything by which one API process is watched: its log of requests, its figures, its traces, what it stands on."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import Request

from onapi.api.client_address import address_of
from onapi.api.metrics import Metrics
from onapi.api.request_log_writer import LogWriter

if TYPE_CHECKING:
    from onapi.api.tracing import Tracing

_PASSED_ON = ("x-forwarded-for", "forwarded", "x-real-ip", "via")


@dataclass(frozen=True, slots=True)
class Watching:
    """How a process is watched, and who may look."""

    writer: LogWriter
    metrics: Metrics
    home: Path
    ring: Path
    token: str = ""  # that opens /metrics; without it only this machine may look
    tracing: "Tracing | None" = None

    def lets_look(self, request: Request) -> bool:
        """Whether the caller runs the platform: he has the token, or calls from this machine and for nobody else."""
        if self.token:
            return hmac.compare_digest(_bearer(request.headers).encode(), self.token.encode())
        return _is_here(address_of(request)) and not any(name in request.headers for name in _PASSED_ON)

    def close(self) -> None:
        """Write and send what waits."""
        self.writer.stop()
        if self.tracing:
            self.tracing.close()


def _bearer(headers: Mapping[str, str]) -> str:
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
