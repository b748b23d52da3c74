"""What the phone works with: its account, its manners, the box, and the persons who write to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from onapi.simulator.faults import Plan
from onapi.simulator.outbox import Outbox
from onapi.values.sandbox import PhoneAccount

_WINDOW: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class ApprovedTemplate:
    """A template that was approved."""

    name: str
    language: str
    variables: int | None = None  # how many its body has; None takes any


@dataclass(slots=True)
class Manners:
    """How the phone behaves; may be changed while it runs."""

    callback: str = ""  # where news go; "" is nowhere
    is_strict: bool = False  # only who wrote within 24 hours takes other messages than templates
    sent_s: float = 0.2  # from the answer to the news
    delivered_s: float = 0.5
    read_s: float = 1.0
    templates: tuple[ApprovedTemplate, ...] | None = None  # None: every template is approved


@dataclass(frozen=True, slots=True)
class Phone:
    """The look-alike, as its counters see it."""

    account: PhoneAccount
    outbox: Outbox
    plan: Plan
    clock: Callable[[], datetime]
    manners: Manners = field(default_factory=Manners)

    def hear(self, person: str) -> None:
        """A person wrote: the window of 24 hours begins anew."""
        values = (person, self.clock().isoformat())
        self.outbox.memory.write("INSERT OR REPLACE INTO persons VALUES (?, ?)", values)

    def has_written(self, person: str) -> bool:
        """Whether a person wrote within the last 24 hours of the simulator's clock."""
        row = self.outbox.memory.row("SELECT wrote_at FROM persons WHERE phone = ?", (person,))
        return row is not None and self.clock() - datetime.fromisoformat(row[0]) < _WINDOW

    def delays(self, standings: Sequence[str]) -> list[float]:
        """When each of these news goes out, in seconds from the answer on."""
        usual = {"sent": self.manners.sent_s, "delivered": self.manners.delivered_s, "read": self.manners.read_s}
        found: list[float] = []
        for standing in standings:
            wanted = usual.get(standing.rstrip("!"), self.manners.delivered_s)
            found.append(max([wanted, *found]))  # in the order that is asked for
        return found
