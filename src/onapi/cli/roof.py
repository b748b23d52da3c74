"""What commands are given by the roof: settings to read, and a builder for each process."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

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
    def environment(self) -> Environment: ...  # noqa: D102
    @property
    def home(self) -> Path: ...  # noqa: D102
    @property
    def host(self) -> str: ...  # noqa: D102
    @property
    def port(self) -> int: ...  # noqa: D102
    @property
    def address(self) -> str: ...  # noqa: D102
    @property
    def simulator_port(self) -> int: ...  # noqa: D102
    @property
    def simulator_address(self) -> str: ...  # noqa: D102
    @property
    def worker_name(self) -> str: ...  # noqa: D102


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

    def simulator(self) -> "Starlette":
        """The simulated SUNAT."""

    def set_up_logs(self) -> None:
        """Logs on standard error."""
