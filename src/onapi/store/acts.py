"""What persons did besides receipts: one line each, never changed and never removed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from onapi.store.tables import acts
from onapi.values.scope import Environment


@dataclass(frozen=True, slots=True)
class Act:
    """Who did what, and when. Never a secret: that one was set is a fact, what it is is none."""

    at: datetime
    act: str
    about: str  # a user, a certificate, an endpoint
    ruc: str = ""  # "": about the platform, or about a user of several companies
    actor: str | None = None  # None: nobody but OnAPI itself
    request_id: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


_ADD = acts.insert().inline()  # whoever writes a line about a user may not see it: nothing is given back


def add(connection: Connection, environment: Environment, act: Act) -> None:
    """Write a line."""
    row = {
        "environment": environment.value,
        "ruc": act.ruc,
        "at": act.at,
        "act": act.act,
        "about": act.about,
        "actor": act.actor,
        "request_id": act.request_id,
        "facts": dict(act.facts),
    }
    connection.execute(_ADD, row)


def last(connection: Connection, environment: Environment, ruc: str | None, *, most: int) -> Sequence[Act]:
    """The newest lines of a company, or of all there is if `ruc` is None; the newest first."""
    mine = [acts.c.environment == environment.value]
    if ruc is not None:
        mine.append(acts.c.ruc == ruc)
    rows = connection.execute(select(acts).where(*mine).order_by(acts.c.id.desc()).limit(most))
    return [Act(row.at, row.act, row.about, row.ruc, row.actor, row.request_id, row.facts) for row in rows]
