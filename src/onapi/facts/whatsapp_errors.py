"""What a code of WhatsApp's Cloud API comes to, in our own words: a row of `whatsapp_errors.tsv` for a code or a range.

The narrowest row wins. Meta asks to go by the code; its subcodes and titles are on their way out and decide nothing.

>>> whatsapp_error(131047).outcome
<WhatsappOutcome.WINDOW: 'window'>
>>> whatsapp_error(131056).wait_s
30
>>> whatsapp_error(987654) is None
True
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from onapi.facts.table import read


class WhatsappOutcome(StrEnum):
    """What follows from a refusal."""

    AGAIN = "again"  # it passes by itself
    OWNER = "owner"  # it passes when whoever owns the number has put it right
    WINDOW = "window"  # the person wrote more than a day ago: only a template goes through
    FINAL = "final"  # the same message will never go


@dataclass(frozen=True, slots=True)
class WhatsappError:
    """A row of the table."""

    first: int
    last: int
    outcome: WhatsappOutcome
    wait_s: int  # how long to leave it alone where Meta does not say
    sentence: str  # Spanish: what happened and what to do


def whatsapp_error(code: int) -> WhatsappError | None:
    """The narrowest row of a code; None for one that the table does not hold."""
    held = [row for row in _rows() if row.first <= code <= row.last]
    return min(held, key=lambda row: row.last - row.first, default=None)


@cache
def _rows() -> tuple[WhatsappError, ...]:
    rows = read("whatsapp_errors.tsv").rows
    return tuple(WhatsappError(int(a), int(b), WhatsappOutcome(what), int(s), text) for a, b, what, s, text in rows)
