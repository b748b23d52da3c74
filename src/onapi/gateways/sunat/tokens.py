"""Logins of the REST services: one token for each company's credentials, kept in memory and renewed before it ends.

A login has three ends, and they are told apart: a token; SUNAT's refusal of the credentials, which is the answer to
the call; or nothing usable, and then the call itself never left.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Lock
from urllib.parse import quote, urlencode

from onapi.gateways.door import NEVER_LEFT, Talk
from onapi.gateways.sunat.hearing import TOKEN
from onapi.gateways.sunat.rest_answer import read_object
from onapi.gateways.sunat.wire import NOT_OFFERED, Call, Wire

_SHAPE = re.compile(r"[\x21-\x7e]{1,16384}", re.ASCII)
_USUAL_LIFE_S = 3600
_LONGEST_LIFE_S = 86_400
_EARLY_S = 300  # a token is renewed so long before its end, or after nine tenths of its life
_REFUSALS = frozenset({400, 401, 403})
_OK, _UNAUTHORISED = 200, 401
_MOST_TOKENS = 5000
_FORM = (("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json"))
_NO_LOGIN = f"{NEVER_LEFT}: no se pudo iniciar sesión en la API de SUNAT"
_RENEWED = f"{NEVER_LEFT}: la sesión en la API de SUNAT venció y hay que volver a entrar"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token is asked for with; two equal grants share one."""

    template: str  # the address, with {client_id}
    client_id: str
    company: str
    form: tuple[tuple[str, str], ...] = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)  # what no record may show

    @property
    def address(self) -> str:
        """Where the token is given; "" where none is."""
        return self.template.replace("{client_id}", quote(self.client_id, safe=""))


@dataclass(frozen=True, slots=True)
class _Token:
    text: str = field(repr=False)
    renew_at: float
    ends_at: float


@dataclass(slots=True)
class _Drawer:
    """The place of one grant's token; whoever logs in holds its lock, and the others wait for what comes of it."""

    lock: Lock = field(default_factory=Lock)
    token: _Token | None = None
    logins: int = 0
    failure: Talk | None = None  # of the last login


class Tokens:
    """The tokens of all companies. Its methods may be called from any thread."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._lock = Lock()
        self._drawers: dict[Grant, _Drawer] = {}

    def call(self, grant: Grant, call: Call) -> Talk:
        """Call with a token. A token that SUNAT no longer takes (401, nothing was done) is replaced once."""
        if not call.address or not grant.address:
            return self._wire.unsent(call, NOT_OFFERED)
        started = self._wire.monotonic()
        talk, token = self._attempt(grant, call)
        if token is None or talk.status != _UNAUTHORISED:
            return talk
        self._drop(grant, token)
        if self._wire.monotonic() - started > self._wire.manners.login_read_s:
            return self._wire.unsent(call, _RENEWED)  # a second round would outlive the patience of whoever called
        return self._attempt(grant, call)[0]

    def _attempt(self, grant: Grant, call: Call) -> tuple[Talk, _Token | None]:
        found = self._get(grant)
        if isinstance(found, Talk):
            return found, None
        bearer = ("Authorization", f"Bearer {found.text}")
        return self._wire.exchange(replace(call, headers=(*call.headers, bearer))), found

    def _get(self, grant: Grant) -> _Token | Talk:
        drawer = self._drawer(grant)
        logins = drawer.logins
        if not drawer.lock.acquire(timeout=self._wire.manners.longest_login_s):
            return self._wire.unsent(_login(grant, self._wire), _NO_LOGIN)
        try:
            now, token = self._wire.monotonic(), drawer.token
            if token is not None and now < token.renew_at:
                return token
            if drawer.failure is not None and drawer.logins != logins:
                return drawer.failure  # somebody failed while we waited: no use in trying at once
            return self._renewed(grant, drawer, now)
        finally:
            drawer.lock.release()

    def _renewed(self, grant: Grant, drawer: _Drawer, now: float) -> _Token | Talk:
        """What a login brings; its lock is held."""
        found = self._log_in(grant)
        drawer.logins += 1
        if isinstance(found, _Token):
            drawer.token, drawer.failure = found, None
            return found
        drawer.failure = found
        old = drawer.token
        is_still_good = old is not None and now < old.ends_at and not found.was_sent
        return old if old is not None and is_still_good else found  # a renewal is early: SUNAT may be back in time

    def _log_in(self, grant: Grant) -> _Token | Talk:
        call = _login(grant, self._wire)
        talk = self._wire.exchange(call)
        told = read_object(talk.answer) if talk.status is not None else None
        if talk.status == _OK and told is not None and (token := _token(told, self._wire.monotonic)):
            return token
        if talk.status in _REFUSALS and told is not None:
            return replace(talk, answer=_redacted(talk.answer, grant))
        cause = talk.trouble or f"HTTP {talk.status}"
        return replace(talk, status=None, answer=b"", trouble=f"{_NO_LOGIN} ({cause})")

    def _drop(self, grant: Grant, token: _Token) -> None:
        drawer = self._drawer(grant)
        with drawer.lock:
            if drawer.token is token:
                drawer.token = None

    def _drawer(self, grant: Grant) -> _Drawer:
        with self._lock:
            if grant not in self._drawers and len(self._drawers) >= _MOST_TOKENS:
                del self._drawers[next(iter(self._drawers))]
            return self._drawers.setdefault(grant, _Drawer())


def _login(grant: Grant, wire: Wire) -> Call:
    body = urlencode(grant.form, errors="replace").encode("ascii")
    return Call(TOKEN, grant.address, grant.company, headers=_FORM, body=body, read_s=wire.manners.login_read_s)


def _token(told: dict[str, object], monotonic: Callable[[], float]) -> _Token | None:
    text, life = told.get("access_token"), told.get("expires_in")
    if not isinstance(text, str) or not _SHAPE.fullmatch(text):
        return None
    if isinstance(life, str) and life.isascii() and life.isdigit():
        life = int(life[:9])
    is_number = isinstance(life, int | float) and not isinstance(life, bool) and 0 < life <= _LONGEST_LIFE_S
    life_s = float(life) if is_number else float(_USUAL_LIFE_S)  # type: ignore[arg-type]  # narrowed one line above
    now = monotonic()
    return _Token(text, now + max(life_s * 0.9, life_s - _EARLY_S), now + life_s)


def _redacted(answer: bytes, grant: Grant) -> bytes:
    """The answer without the secrets that a careless server may have put into its words."""
    for secret in filter(None, grant.secrets):
        for spelt in (secret, json.dumps(secret)[1:-1]):
            answer = answer.replace(spelt.encode("utf-8", "replace"), b"***")
    return answer
