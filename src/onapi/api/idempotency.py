"""`Idempotency-Key`: who repeats a request with the same key gets the answer of the first, and nothing is done again.

`@repeatable("cpe:write")` between a router's own decorator and the handler is all that an operation needs. A handler
that has checks of its own to make first takes `once: Once`, and gives it what is to be done then:

    return await once(lambda: run_in_threadpool(_create, here, caller, wish))

What is done once has its answer kept for 24 hours under the caller's credential, the method and path, and the key. The
same key with another body or query is a conflict (409 `idempotency_conflict`); a second request while the first runs
waits for it some seconds, then 409 `in_progress` with `Retry-After`. Answers up to 499 are kept and come back byte for
byte with `Idempotent-Replayed: true`; an error that is raised is not kept, since nothing was done: the key may come
again. If the process dies, the key is free after a minute, so what is done must bear being done twice. Without the
header it simply runs. Receipts need none of it: `sendMessage` knows them by their number.

An answer may hold a secret that is shown once: it is kept sealed, as all secrets of the company are. What a request
said is kept as a keyed digest, since it may be a password.
"""

import asyncio
import hmac
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import wraps
from hashlib import sha256
from inspect import Parameter, signature
from typing import Annotated, Any, Final, TypeAlias

from fastapi import Depends, Header, Request
from pydantic.json_schema import SkipJsonSchema
from python_multipart.multipart import parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from onapi.api.auth import Caller, need
from onapi.api.bodies import media_type, read_body
from onapi.api.multipart import FORM
from onapi.api.surroundings import Here, Surroundings
from onapi.api.tokens import Principal
from onapi.errors import Conflict, InvalidDocument
from onapi.rules.rule import Fault
from onapi.store import request_keys
from onapi.store.request_keys import Earlier, RequestKey

HEADER: Final = "Idempotency-Key"
LONGEST_KEY: Final = 255
_WORDS: Final = "Quien repite la petición con la misma clave, dentro de 24 horas, recibe la misma respuesta"
_NO_COMPANY: Final = "0" * 11  # whose envelope keeps the answers to those who act for none
_RUC_SIGNS: Final = 11
_KEEP = timedelta(hours=24)
_HOLD = timedelta(seconds=60)
_WAIT_S: Final = 10.0
_LOOK_S: Final = 0.1
_FIRST_UNKEPT: Final = 500
_MOST_KEPT: Final = 1024 * 1024  # bytes; what is larger runs, and is told to be in progress to whoever repeats it
_UNKEPT_HEADERS = frozenset({"content-length", "x-request-id", "date", "server", "ratelimit", "ratelimit-policy"})


def key_in(request: Request) -> str | None:
    """The caller's key; InvalidDocument if it is too long or empty."""
    key = request.headers.get(HEADER)
    if key is None or 1 <= len(key) <= LONGEST_KEY:
        return key
    sentence = f"{HEADER} debe tener de 1 a {LONGEST_KEY} caracteres."
    fault = Fault("invalid_parameter", f"/header/{HEADER}", sentence, received=key[:40])
    raise InvalidDocument("La petición tiene datos no válidos.", key="invalid_parameter", faults=(fault,))


class Repeated:
    """A request that may bear a key: what it is for is done once."""

    def __init__(self, request: Request, caller: Principal, here: Surroundings) -> None:
        self._request, self.caller, self._here = request, caller, here

    async def __call__(self, do: Callable[[], Awaitable[Response]]) -> Response:
        """What `do` answers, or what it answered to the same request before."""
        return await once(self._request, self.caller, self._here, do)


async def repeated_of(
    request: Request,
    caller: Caller,
    here: Here,
    _key: Annotated[
        str | SkipJsonSchema[None],
        Header(alias=HEADER, description=_WORDS, json_schema_extra={"minLength": 1, "maxLength": LONGEST_KEY}),
    ] = None,
) -> Repeated:
    """The request, told in the OpenAPI document to take a key."""
    return Repeated(request, caller, here)


Once = Annotated[Repeated, Depends(repeated_of)]
Handler: TypeAlias = Callable[..., Awaitable[Response]]


def repeatable(scope: str = "") -> Callable[[Handler], Handler]:
    """A handler that is run once for each key; its dependencies, and this scope, are asked of who repeats it too."""

    def wrapped(handler: Handler) -> Handler:
        @wraps(handler)
        async def answer(*, once_: Repeated, **given: Any) -> Response:  # noqa: ANN401  whatever the handler takes
            if scope:
                need(once_.caller, scope)
            return await once_(lambda: handler(**given))

        plain = signature(handler)
        given = [each.replace(kind=Parameter.KEYWORD_ONLY) for each in plain.parameters.values()]
        mark = Parameter("once_", Parameter.KEYWORD_ONLY, annotation=Once)
        answer.__signature__ = plain.replace(parameters=[*given, mark])  # type: ignore[attr-defined]  # read by FastAPI
        return answer

    return wrapped


async def once(
    request: Request, caller: Principal, here: Surroundings, do: Callable[[], Awaitable[Response]]
) -> Response:
    """What `do` answers, or what it answered to the same request before."""
    said = key_in(request)
    if said is None:
        return await do()
    key = await _bound(request, caller, here, said)
    holder = here.platform.new_id()
    earlier = await _claimed(here, key, holder)
    if earlier is not None:
        return await run_in_threadpool(_again, here, key, earlier)
    is_kept = False
    try:
        answer = await do()
        body = bytes(answer.body)
        if answer.status_code < _FIRST_UNKEPT and len(body) <= _MOST_KEPT:
            kept = await run_in_threadpool(_sealed, here, min(caller.rucs, default=_NO_COMPANY), key, body)
            await run_in_threadpool(_finish, here, key, holder, answer, kept)
            is_kept = True
    finally:
        if not is_kept:
            await run_in_threadpool(_give_back, here, key, holder)
    return answer


async def _bound(request: Request, caller: Principal, here: Surroundings, said: str) -> RequestKey:
    """The key with what it is bound to."""
    body, kind = await read_body(request), media_type(request)
    if kind == FORM:  # who repeats a form has its parts set apart by another word
        boundary = parse_options_header(request.headers["content-type"])[1].get(b"boundary", b"")
        body = body.replace(boundary, b"") if boundary else body
    told = (request.url.query.encode(), kind.encode(), body)
    fingerprint = hmac.new(said.encode(), b"\0".join(sha256(part).digest() for part in told), sha256).hexdigest()
    operation = f"{request.method} {request.url.path}"
    if len(operation) > _LONGEST_OPERATION:
        operation = sha256(operation.encode()).hexdigest()
    name = sha256(said.encode()).hexdigest()
    return RequestKey(here.platform.environment, caller.credential_id, operation, name, fingerprint)


_LONGEST_OPERATION: Final = 120


async def _claimed(here: Surroundings, key: RequestKey, holder: str) -> Earlier | None:
    """None once the request may run; the answer of the first, for which it waits; Conflict for anything else."""
    until = time.monotonic() + _WAIT_S
    while True:
        earlier = await run_in_threadpool(_claim, here, key, holder)
        if earlier is None:
            return None
        if earlier.fingerprint != key.fingerprint:
            sentence = f"Esta {HEADER} ya se usó con otro contenido; use una nueva."
            raise Conflict(sentence, key="idempotency_conflict")
        if earlier.status is not None:
            return earlier
        if time.monotonic() >= until:
            raise Conflict("La primera petición con esta clave sigue en curso.", key="in_progress", retry_after_s=2)
        await asyncio.sleep(_LOOK_S)


def _again(here: Surroundings, key: RequestKey, earlier: Earlier) -> Response:
    headers = {**earlier.headers, "Idempotent-Replayed": "true"}
    ruc, sealed = earlier.body[:_RUC_SIGNS].decode("ascii"), earlier.body[_RUC_SIGNS:]
    body = here.platform.vault.open(here.platform.scope(ruc), _field(key), sealed)
    return Response(body, earlier.status or 200, headers=headers)


def _sealed(here: Surroundings, ruc: str, key: RequestKey, body: bytes) -> bytes:
    """A body as it is kept: in the envelope of a company that the caller acts for, whose RUC stands before it."""
    return ruc.encode("ascii") + here.platform.vault.seal(here.platform.scope(ruc), _field(key), body)


def _field(key: RequestKey) -> str:
    return f"answer:{key.credential}:{key.operation}:{key.key}"


def _claim(here: Surroundings, key: RequestKey, holder: str) -> Earlier | None:
    now = here.platform.clock()
    with here.platform.database.transaction() as connection:
        return request_keys.claim(connection, key, holder, now, held_until=now + _HOLD, expires_at=now + _KEEP)


def _finish(here: Surroundings, key: RequestKey, holder: str, answer: Response, body: bytes) -> None:
    headers = {name: value for name, value in answer.headers.items() if name not in _UNKEPT_HEADERS}
    with here.platform.database.transaction() as connection:
        request_keys.finish(connection, key, holder, status=answer.status_code, headers=headers, body=body)


def _give_back(here: Surroundings, key: RequestKey, holder: str) -> None:
    with here.platform.database.transaction() as connection:
        request_keys.give_back(connection, key, holder)
