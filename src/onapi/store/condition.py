"""How the database and what it holds stand, for whoever looks after them."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from obstore.exceptions import BaseError
from sqlalchemy import Connection, func, inspect, make_url, select, text

from onapi.store import companies
from onapi.store.blobs import Blobs
from onapi.store.companies import Company
from onapi.store.database import MIGRATIONS
from onapi.store.tables import companies as company_rows
from onapi.store.tables import leases, submissions
from onapi.values.scope import Environment, Scope

_PROBE = b"onapi"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many submissions wait for an obstacle to go."""

    obstacle: str  # host or company
    many: int
    since: datetime | None  # the oldest of them was touched last


def missing_file(url: str) -> Path | None:
    """The file of an embedded database that is not there; opening it would make an empty one."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database or address.database == ":memory:":
        return None
    file = Path(address.database)
    return None if file.exists() else file


def unwritable(address: str) -> str:
    """Why files cannot be written to a folder or bucket, as the name of an error; "" if they can. Nothing is left."""
    try:
        if "://" in address:
            Blobs(address).put(_PROBE)  # always the same file
            return ""
        folder = Path(address)
        with tempfile.NamedTemporaryFile(dir=folder if folder.exists() else folder.parent, prefix=".probe-") as file:
            file.write(_PROBE)
            file.flush()
    except (OSError, BaseError) as error:
        return type(error).__name__
    return ""


def revisions(connection: Connection) -> tuple[str, str]:
    """Which migration the database is at ("" for none), and which is the newest that this program ships."""
    newest = max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    if not inspect(connection).has_table("alembic_version"):
        return "", newest
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "", newest


def companies_of(connection: Connection, environment: Environment) -> Sequence[Company]:
    """Every company of an environment, by RUC."""
    query = select(company_rows.c.ruc).where(company_rows.c.environment == environment.value)
    rucs = connection.execute(query.order_by(company_rows.c.ruc)).scalars().all()
    found = (companies.find(connection, Scope(environment, ruc)) for ruc in rucs)
    return [each for each in found if each is not None]


def workers_alive(connection: Connection, now: datetime) -> Sequence[str]:
    """The names of the worker processes whose lease runs, by the database's clock where it has one of its own."""
    now_ms = int(now.timestamp() * 1000)
    if connection.dialect.name == "postgresql":
        now_ms = int(connection.execute(text("SELECT extract(epoch FROM clock_timestamp()) * 1000")).scalar_one())
    return connection.execute(select(leases.c.name).where(leases.c.expires_ms >= now_ms)).scalars().all()


def waiting(connection: Connection, environment: Environment) -> Sequence[Waiting]:
    """What waits for SUNAT, and what waits for credentials."""
    mine = (submissions.c.environment == environment.value, submissions.c.obstacle.is_not(None))
    columns = (submissions.c.obstacle, func.count().label("many"), func.min(submissions.c.sent_at).label("since"))
    rows = connection.execute(select(*columns).where(*mine).group_by(submissions.c.obstacle))
    return [Waiting(row.obstacle, row.many, row.since) for row in rows]


def in_states(
    connection: Connection, environment: Environment, states: Sequence[str], *, most: int = 200
) -> Sequence[tuple[str, Scope]]:
    """The documents of every company in some of the states on the way to a verdict, the oldest first."""
    mine = (submissions.c.environment == environment.value, text("state NOT IN ('SETTLED', 'VOIDED')"))
    query = select(submissions.c.document_id, submissions.c.ruc).where(*mine, submissions.c.state.in_(states))
    rows = connection.execute(query.order_by(submissions.c.document_id).limit(most))
    return [(row.document_id, Scope(environment, row.ruc)) for row in rows]
