"""The one way to write down what a person did besides receipts, in the transaction that does it."""

from sqlalchemy import Connection

from onapi.flows.author import author
from onapi.flows.platform import Platform
from onapi.store import acts
from onapi.store.acts import Act
from onapi.values.scope import Scope


def act(
    platform: Platform, connection: Connection, what: str, about: str, scope: Scope | None = None, **facts: object
) -> None:
    """Write that whoever is at work did `what` to a user, a certificate, an endpoint; facts are never secrets."""
    who, ruc = author(), scope.ruc if scope else ""
    acts.add(
        connection, platform.environment, Act(platform.clock(), what, about, ruc, who.actor, who.request_id, facts)
    )
