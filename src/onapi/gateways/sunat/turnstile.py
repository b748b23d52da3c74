"""How many calls a host gets at a time and in a second, from all companies and from each one, in this process.

A call waits a little for its turn and then gives up. Waiting is measured on the real clock, rates on the one given.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition

from onapi.gateways.sunat.endpoints import Manners

_MOST_BUCKETS = 1000


class Bucket:
    """So many calls a second, and as many at once after a rest; at least one."""

    def __init__(self, per_s: float, now: float) -> None:
        self._per_s, self._most = per_s, max(1.0, per_s)
        self._level, self._at = self._most, now

    def wait_s(self, now: float) -> float:
        """Seconds until there is a call to take; 0 if there is one."""
        self._level = min(self._most, self._level + (now - self._at) * self._per_s)
        self._at = now
        return 0.0 if self._level >= 1 else (1 - self._level) / self._per_s

    def take(self) -> None:
        """One call less."""
        self._level -= 1

    def is_full(self, now: float) -> bool:
        """As good as new."""
        return self.wait_s(now) == 0 and self._level >= self._most


class Turnstile:
    """The limits of one host. Its methods may be called from any thread."""

    def __init__(self, manners: Manners, monotonic: Callable[[], float]) -> None:
        self._manners, self._monotonic = manners, monotonic
        self._freed = Condition()
        self._inside: Counter[str] = Counter()
        self._host = None if manners.host_per_s is None else Bucket(manners.host_per_s, monotonic())
        self._companies: dict[str, Bucket] = {}

    @contextmanager
    def turn(self, company: str) -> Iterator[bool]:
        """The time of one call: True if it may go, False if its turn did not come in time."""
        is_ours = self._enter(company)
        try:
            yield is_ours
        finally:
            if is_ours:
                self._leave(company)

    def _enter(self, company: str) -> bool:
        give_up_at = time.monotonic() + self._manners.wait_s
        with self._freed:
            while (wait_s := self._wait_s(company)) > 0:
                left_s = give_up_at - time.monotonic()
                if left_s <= 0:
                    return False
                self._freed.wait(min(left_s, wait_s))
            for bucket in self._buckets(company):
                bucket.take()
            self._inside[company] += 1
            return True

    def _leave(self, company: str) -> None:
        with self._freed:
            self._inside[company] -= 1
            if not self._inside[company]:
                del self._inside[company]
            self._freed.notify_all()

    def _wait_s(self, company: str) -> float:
        """Seconds to wait before another look; 0 if the call may go. Whoever leaves wakes the waiting."""
        if self._inside.total() >= self._manners.host_calls or self._inside[company] >= self._manners.company_calls:
            return self._manners.wait_s or 1.0
        now = self._monotonic()
        return max((bucket.wait_s(now) for bucket in self._buckets(company)), default=0.0)

    def _buckets(self, company: str) -> list[Bucket]:
        found = [self._host] if self._host is not None else []
        if self._manners.company_per_s is not None:
            found.append(self._company(company, self._manners.company_per_s))
        return found

    def _company(self, company: str, per_s: float) -> Bucket:
        if company not in self._companies:
            now = self._monotonic()
            if len(self._companies) >= _MOST_BUCKETS:
                self._companies = {name: each for name, each in self._companies.items() if not each.is_full(now)}
            self._companies[company] = Bucket(per_s, now)
        return self._companies[company]
