"""Bearer token to Principal, and the two questions every operation asks of him.

Both walls begin here: who calls, and for which company, is said to the store once (`acting`), whatever is asked later.
"""

from typing import Annotated

from fastapi import Depends, Request

from onapi.api.rate_limit import keep_pace
from onapi.api.request_id import request_id_of
from onapi.api.surroundings import surroundings_of
from onapi.api.tokens import Principal
from onapi.errors import Forbidden, Unauthenticated
from onapi.flows import author
from onapi.store.acting import act_for, act_only_for


async def principal_of(request: Request) -> Principal:
    """Who calls; Unauthenticated if there is no token or it is no good."""
    surroundings = surroundings_of(request)  # asked for here: each dependency of a dependency costs 20 µs
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise Unauthenticated("La operación necesita un token.", key="token_missing")
    principal = surroundings.tokens.read(token.strip(), surroundings.platform.clock())
    if principal.session_id and await surroundings.revocations.has(principal.session_id):
        raise Unauthenticated("La sesión terminó; inicie sesión de nuevo.", key="token_invalid")
    request.scope["onapi.principal"] = principal  # for the log of requests
    act_for(surroundings.platform.environment, principal.rucs, principal.credential_id)
    keep_pace(request, principal)
    author.be(principal.credential_id, request_id_of(request))  # histories say who asked, and in which request
    return principal


Caller = Annotated[Principal, Depends(principal_of)]


def need(principal: Principal, scope: str) -> None:
    """Forbidden without this permission."""
    if scope not in principal.scopes:
        raise Forbidden(f"La credencial no tiene el permiso {scope}.", key="scope_missing")


def need_ruc(principal: Principal, ruc: str) -> None:
    """Forbidden for another company; says nothing of what exists there."""
    if ruc not in principal.rucs:
        raise Forbidden(f"La credencial no puede actuar por el RUC {ruc}.", key="ruc_not_allowed")
    act_only_for(ruc)
