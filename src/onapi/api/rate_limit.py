"""How many requests one token, one company's credentials and one address may make, told in each answer.

Every limit is a bucket: it holds ten seconds' worth of requests and fills as fast as the limit says, so a burst is
taken and a flood is not. The headers are those of the IETF's draft 11 (May 2026): `RateLimit-Policy` says how many
(`q`) in how many seconds (`w`), `RateLimit` how many are left (`r`) and in how many seconds the bucket is full (`t`).

The buckets are this process's own: a limit guards the process that serves, and asking a database at each request would
cost more than most requests do. Several API processes together let through as many times the limit.
"""

import math
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import Request

from onapi.api.client_address import address_of
from onapi.api.tokens import Principal
from onapi.errors import Throttled

WINDOW_S: Final = 10
_MOST_KEYS: Final = 50_000
_TAKEN: Final = "onapi.rate"
_UNLIMITED: Final = frozenset({"/livez", "/readyz", "/metrics"})  # asked by those who watch over us

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AnswerThrottled = Callable[[Request, Throttled], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Limits:
    """Requests a second, 0 for no limit; a bucket holds `WINDOW_S` times as many."""

    per_token: int = 0
    per_company: int = 0
    per_address: int = 0


UNLIMITED: Final = Limits()


@dataclass(frozen=True, slots=True)
class Taken:
    """What one limit says of a request."""

    name: str
    quota: int  # requests in WINDOW_S
    left: int
    full_in_s: int
    wait_s: int  # 0 when the request may pass

    @property
    def policy(self) -> str:
        """A member of `RateLimit-Policy`."""
        return f'"{self.name}";q={self.quota};w={WINDOW_S}'

    @property
    def state(self) -> str:
        """A member of `RateLimit`."""
        return f'"{self.name}";r={self.left};t={self.full_in_s}'


class Buckets:
    """The buckets of one limit, the longest untouched forgotten first; safe in threads."""

    def __init__(self, name: str, per_second: int) -> None:
        self._name, self._rate, self._quota = name, per_second, per_second * WINDOW_S
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()  # key: requests left, and when
        self._lock = threading.Lock()

    def take(self, key: str, now_s: float) -> Taken:
        """Take a request out of a key's bucket, if one is left."""
        with self._lock:
            left, at = self._held.pop(key, (float(self._quota), now_s))
            left = min(self._quota, left + max(0.0, now_s - at) * self._rate)
            wait_s = 0 if left >= 1 else math.ceil((1 - left) / self._rate)
            left -= 0 if wait_s else 1
            self._held[key] = (left, max(now_s, at))
            if len(self._held) > _MOST_KEYS:
                self._held.popitem(last=False)
        return Taken(self._name, self._quota, int(left), math.ceil((self._quota - left) / self._rate), wait_s)


class Pace:
    """The limits of one API process; a limit of 0 is none."""

    def __init__(self, limits: Limits) -> None:
        self._token = Buckets("token", limits.per_token) if limits.per_token else None
        self._company = Buckets("company", limits.per_company) if limits.per_company else None
        self._address = Buckets("address", limits.per_address) if limits.per_address else None

    def of_address(self, address: str, now_s: float) -> list[Taken]:
        """What the limit by address says."""
        return [self._address.take(address, now_s)] if self._address else []

    def of_principal(self, principal: Principal, now_s: float) -> list[Taken]:
        """What the limits by credential and by the companies it acts for say; what the first refuses costs nobody."""
        found = [self._token.take(principal.credential_id, now_s)] if self._token else []
        if self._company and principal.rucs and not any(taken.wait_s for taken in found):
            found.append(self._company.take(",".join(sorted(principal.rucs)), now_s))
        return found


def keep_pace(request: Request, principal: Principal) -> None:
    """Take one request of a caller's; Throttled when none is left."""
    pace: Pace | None = getattr(request.app.state, "pace", None)
    if pace is not None:
        now_s = request.app.state.surroundings.platform.clock().timestamp()
        _note(request.scope, pace.of_principal(principal, now_s))


class RateLimitMiddleware:
    """Limits by address, before anything else is done; and tells every limit that was asked in the answer."""

    def __init__(
        self, app: Callable[[Scope, Receive, Send], Awaitable[None]], answer_throttled: AnswerThrottled
    ) -> None:
        self._app, self._answer = app, answer_throttled

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http" or scope["path"] in _UNLIMITED:
            await self._app(scope, receive, send)
            return

        async def told(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start" and scope.get(_TAKEN):
                message = {**message, "headers": [*message.get("headers", ()), *_headers(scope[_TAKEN])]}
            await send(message)

        request = Request(scope)
        pace: Pace = request.app.state.pace
        now_s = request.app.state.surroundings.platform.clock().timestamp()
        try:
            _note(scope, pace.of_address(address_of(request), now_s))
        except Throttled as throttled:
            await (await self._answer(request, throttled))(scope, receive, told)
        else:
            await self._app(scope, receive, told)


def _note(scope: Scope, found: list[Taken]) -> None:
    """Keep what was taken for the answer's headers; Throttled if a bucket was empty."""
    scope[_TAKEN] = [*scope.get(_TAKEN, ()), *found]
    wait_s = max((taken.wait_s for taken in found), default=0)
    if wait_s:
        raise Throttled("Se pasó el límite de peticiones; espere y repita.", retry_after_s=wait_s)


def _headers(found: list[Taken]) -> list[tuple[bytes, bytes]]:
    return [
        (b"ratelimit-policy", ", ".join(taken.policy for taken in found).encode()),
        (b"ratelimit", ", ".join(taken.state for taken in found).encode()),
    ]
