"""Bearer token to Principal, and the two questions every operation asks of him."""

from typing import Annotated

from fastapi import Depends, Request

from onapi.api.surroundings import Surroundings, surroundings_of
from onapi.api.tokens import Principal
from onapi.errors import Forbidden, Unauthenticated


async def principal_of(request: Request, surroundings: Annotated[Surroundings, Depends(surroundings_of)]) -> Principal:
    """Who calls; Unauthenticated if there is no token or it is no good."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise Unauthenticated("La operación necesita un token.", key="token_missing")
    return surroundings.tokens.read(token.strip(), surroundings.platform.clock())


Caller = Annotated[Principal, Depends(principal_of)]


def need(principal: Principal, scope: str) -> None:
    """Forbidden without this permission."""
    if scope not in principal.scopes:
        raise Forbidden(f"La credencial no tiene el permiso {scope}.", key="scope_missing")


def need_ruc(principal: Principal, ruc: str) -> None:
    """Forbidden for another company; says nothing of what exists there."""
    if ruc not in principal.rucs:
        raise Forbidden(f"La credencial no puede actuar por el RUC {ruc}.", key="ruc_not_allowed")
