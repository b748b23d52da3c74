"""Magic receivers: mailboxes and phones that make something happen to whatever is sent to them.

The rows of `receivers.tsv`, published in docs/simulator.md.
"""

import csv
from collections import OrderedDict
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final

from onapi.simulator.faults import Plan
from onapi.simulator.outbox import MAIL, WHATSAPP

_MOST_COUNTED: Final = 10_000
_ALWAYS: Final = "*"
_OPERATIONS: Final = {MAIL: "mail", WHATSAPP: "message"}


@dataclass(frozen=True, slots=True)
class Receiver:
    """A row of the table."""

    channel: str
    who: str
    example: str
    moment: str  # rcpt, data; message, news
    answer: str
    count: str  # how often, or * for always
    fault: str  # F01/fixed
    settings: str
    what: str  # in Spanish

    @property
    def wish(self) -> dict[str, object]:
        """What it asks the plan of faults for."""
        settings = dict(pair.split("=", 1) for pair in self.settings.split("; ") if pair)
        times = _ALWAYS if self.count == _ALWAYS else int(self.count)
        return {"fault": self.fault, "count": times, "operation": _OPERATIONS[self.channel], **settings}


@cache
def receivers() -> tuple[Receiver, ...]:
    """The whole table."""
    with Path(__file__).with_name("receivers.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t")
        return tuple(Receiver(**row) for row in rows)


def magic_mailbox(address: str) -> Receiver | None:
    """The row of a mail address, whatever its domain."""
    local = address.rpartition("@")[0].partition("+")[0].lower()
    return next((each for each in receivers() if each.channel == MAIL and each.who == local), None)


def magic_phone(digits: str) -> Receiver | None:
    """The row of a phone's digits."""
    return next((each for each in receivers() if each.channel == WHATSAPP and fnmatchcase(digits, each.who)), None)


def arm(plan: Plan, receiver: Receiver | None, name: str) -> None:
    """Let the fault of a row happen to what goes to this receiver, the first time that it comes."""
    if receiver is not None and receiver.fault:
        plan.charm(name, [receiver.wish])


class Counts:
    """How often each receiver was turned away; once that is enough it is let in, and counted anew."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._turned: OrderedDict[tuple[str, str], int] = OrderedDict()

    def turns_away(self, receiver: Receiver, sender: str, address: str) -> bool:
        """Whether this try of a sender is one of those that are turned away."""
        if receiver.count == _ALWAYS:
            return True
        key = (sender, address)
        with self._lock:
            turned = self._turned.pop(key, 0)
            if turned >= int(receiver.count):
                return False
            self._turned[key] = turned + 1
            if len(self._turned) > _MOST_COUNTED:
                self._turned.popitem(last=False)
        return True
