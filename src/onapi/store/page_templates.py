"""Templates that companies brought for their own pages: one of each name, the newest."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, delete, select, text, update

from onapi.store.columns import Instant
from onapi.store.tables import owner, page_templates
from onapi.values.scope import Environment, Scope


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong with a template after it was put."""

    sentence: str
    at: datetime
    receipt: str  # whose page it was


@dataclass(frozen=True, slots=True)
class PageTemplate:
    """A template as it is kept."""

    scope: Scope
    name: str
    blob: str  # of its text; also tells one version from another
    size_bytes: int
    updated_at: datetime
    fault: Fault | None = None


_OWN = (
    page_templates.c.environment == bindparam("of_environment"),
    page_templates.c.ruc == bindparam("of_ruc"),
)
_MINE = (*_OWN, page_templates.c.name == bindparam("of_name"))
_FIND = select(page_templates).where(*_MINE)
_ALL = select(page_templates).where(*_OWN).order_by(page_templates.c.name)
_KEEP = text(
    "INSERT INTO page_templates (environment, ruc, name, blob, size_bytes, updated_at)"
    " VALUES (:environment, :ruc, :name, :blob, :size_bytes, :now)"
    " ON CONFLICT (environment, ruc, name) DO UPDATE SET blob = excluded.blob, size_bytes = excluded.size_bytes,"
    " updated_at = excluded.updated_at, fault = NULL, fault_at = NULL, fault_receipt = NULL"
).bindparams(bindparam("now", type_=Instant()))
_NOTE = update(page_templates).where(*_MINE, page_templates.c.blob == bindparam("of_blob"))
_REMOVE = delete(page_templates).where(*_MINE)


def find(connection: Connection, scope: Scope, name: str) -> PageTemplate | None:
    """The template of that name, if the company has one."""
    row = connection.execute(_FIND, {**_key(scope), "of_name": name}).one_or_none()
    return _template(row) if row else None


def all_of(connection: Connection, scope: Scope) -> Sequence[PageTemplate]:
    """Every template of a company, by name."""
    return [_template(row) for row in connection.execute(_ALL, _key(scope))]


def keep(connection: Connection, scope: Scope, name: str, blob: str, *, size_bytes: int, now: datetime) -> None:
    """Put a template, in the place of the one that had its name; what was wrong with that is forgotten."""
    told = {"name": name, "blob": blob, "size_bytes": size_bytes, "now": now}
    connection.execute(_KEEP, {**owner(scope), **told})


def note(connection: Connection, template: PageTemplate, fault: Fault) -> None:
    """Remember what went wrong with this version of it, and with no later one."""
    told = asdict(fault)
    values = {"fault": told["sentence"], "fault_at": told["at"], "fault_receipt": told["receipt"]}
    key = {**_key(template.scope), "of_name": template.name, "of_blob": template.blob}
    connection.execute(_NOTE.values(**values), key)


def remove(connection: Connection, scope: Scope, name: str) -> bool:
    """Take a template away; False if there was none."""
    return connection.execute(_REMOVE, {**_key(scope), "of_name": name}).rowcount == 1


def _key(scope: Scope) -> dict[str, str]:
    return {"of_environment": scope.environment.value, "of_ruc": scope.ruc}


def _template(row: Row[tuple[object, ...]]) -> PageTemplate:
    fault = Fault(row.fault, row.fault_at, row.fault_receipt) if row.fault else None
    scope = Scope(Environment(row.environment), row.ruc)
    return PageTemplate(scope, row.name, row.blob, row.size_bytes, row.updated_at, fault)
