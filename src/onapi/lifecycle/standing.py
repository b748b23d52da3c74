"""The road of a message to a person: where it stands, and that it only moves forward.

What a provider says comes late, twice and out of order. So a standing is never taken back: who has read a message has
read it, whatever is told afterwards. That it failed counts only while nobody says that it arrived.

>>> after(Standing.READ, Standing.DELIVERED), after(Standing.SENT, Standing.FAILED)
(<Standing.READ: 'READ'>, <Standing.FAILED: 'FAILED'>)
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Standing(StrEnum):
    """Where a message is; names of the public contract."""

    QUEUED = "QUEUED"
    SENT = "SENT"  # the provider took it
    DELIVERED = "DELIVERED"  # it is on the receiver's device or in his mailbox
    READ = "READ"
    FAILED = "FAILED"


_RANK: Final[Mapping[Standing, int]] = {
    Standing.QUEUED: 0,
    Standing.SENT: 1,
    Standing.FAILED: 2,  # a message that arrived did not fail; one that failed may still turn out to have arrived
    Standing.DELIVERED: 3,
    Standing.READ: 4,
}


def after(now: Standing, news: Standing) -> Standing:
    """Where a message stands once something is heard of it: the further of the two."""
    return max(now, news, key=_RANK.__getitem__)
