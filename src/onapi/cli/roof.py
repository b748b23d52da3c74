"""What commands are given by the roof: settings to read, and a builder for each process."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from onapi.values.scope import Environment

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.applications import Starlette

    from onapi.engine import Worker
    from onapi.flows.platform import Platform


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo's published values; production refuses them."""

    ruc: str
    username: str
    password: str = field(repr=False)


class Chosen(Protocol):
    """The settings that commands read."""

    @property
    def environment(self) -> Environment:
        """Which SUNAT is talked to."""

    @property
    def home(self) -> Path:
        """Folder of database, files and keys."""

    @property
    def host(self) -> str:
        """Address the API listens on."""

    @property
    def port(self) -> int:
        """Port of the API."""

    @property
    def address(self) -> str:
        """Address that clients use, without path."""

    @property
    def simulator_port(self) -> int:
        """Port of the simulator."""

    @property
    def simulator_address(self) -> str:
        """Where the simulator listens."""

    @property
    def database(self) -> str:
        """The database's address."""

    @property
    def files(self) -> str:
        """Where blobs live."""

    @property
    def ring(self) -> Path:
        """The file with the keys that seal secrets."""

    @property
    def tokens(self) -> Path:
        """The file with the keys that sign access tokens."""

    @property
    def worker_name(self) -> str:
        """Name of the worker; one process for each."""


class Roof(Protocol):
    """The roof, as commands see it."""

    @property
    def settings(self) -> Chosen:
        """What was chosen."""

    @property
    def demo(self) -> Demo:
        """The demo's values."""

    def prepare(self) -> None:
        """Make folders, keys and tables."""

    def platform(self, *, durable: bool = True) -> "Platform":
        """What flows are given."""

    def api(self) -> "FastAPI":
        """The API."""

    def worker(self) -> "Worker":
        """The worker."""

    def simulator(self, *, tls_port: int = 0, scenario: Path | None = None) -> "Starlette":
        """The simulated SUNAT; what is given here goes before the settings."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document; nothing has to be prepared or running."""

    def set_up_logs(self) -> None:
        """Logs on standard error."""
