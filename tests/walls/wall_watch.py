"""Run a call of the store with the conditions of its queries, or without those that say whose rows are meant."""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, TextClause, bindparam, event, text, true
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression, BindParameter
from wall_rows import OF_COMPANIES, Company

import onapi.store
from onapi.store import Database

STORE = Path(onapi.store.__file__).parent
WHOSE = frozenset({"environment", "ruc", "credential", "credential_id"})
IN_TEXT = re.compile(
    r"(?:\w+\.)?(?:environment|ruc) = (?::\w+|excluded\.\w+)(?: AND )?|(?: AND )(?:\w+\.)?(?:environment|ruc) = :\w+"
)
Call = Callable[[Connection, Company, Company], Any]
Place = tuple[str, int]  # file and line of an `execute`


@dataclass(frozen=True)
class Outcome:
    """What came of a call."""

    told: str  # what it gave, or the name of its error
    rows: str  # of the other company, afterwards
    is_refused: bool
    is_stripped: bool  # a condition was taken from one of its statements


class Watch:
    """A database whose statements are noted, and changed on their way."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.is_stripping = False
        self.taken = 0  # how often a condition was taken away
        self.places: set[Place] = set()
        self.stripped: set[Place] = set()
        event.listen(database.engine, "before_execute", self._pass, retval=True)

    def outcome(self, call: Call, at: Company, of: Company, *, strip: bool, other: Company) -> Outcome:
        """Call as `at` for what is of `of`; nothing stays."""
        with self.database.transaction() as connection:
            before, self.taken = self.taken, 0
            try:
                with self._stripping(on=strip):
                    told, is_refused = repr(call(connection, at, of)), False
            except Exception as error:  # noqa: BLE001  whatever it is, it is the outcome
                told, is_refused = type(error).__name__, True
            outcome = Outcome(told, rows_of(connection, other), is_refused, self.taken > 0)
            self.taken += before
            connection.rollback()
            return outcome

    @contextmanager
    def _stripping(self, *, on: bool) -> Iterator[None]:
        self.is_stripping = on
        try:
            yield
        finally:
            self.is_stripping = False

    def _pass(self, _connection: Any, statement: Any, many: Any, one: Any, _options: Any) -> Any:
        place = _place()
        if place is None:
            return statement, many, one
        self.places.add(place)
        if not self.is_stripping:
            return statement, many, one
        stripped, gone = _stripped(statement)
        if gone is None:
            return statement, many, one
        self.stripped.add(place)
        self.taken += 1
        unneeded = gone - _binds(stripped)
        return stripped, [_without(each, unneeded) for each in many], _without(one, unneeded)


def rows_of(connection: Connection, company: Company) -> str:
    """Every row of a company, as one text; "" where the transaction is broken, and therefore undone."""
    if connection.connection.dbapi_connection.info.transaction_status.name != "INTRANS":  # type: ignore[union-attr]  it is one of psycopg
        return ""
    connection.execute(text("SET LOCAL onapi.everyone = 'yes'"))
    found = []
    for table in OF_COMPANIES:
        column, value = ("credential", company.credential) if table == "request_keys" else ("ruc", company.scope.ruc)
        query = f"SELECT t::text FROM {table} t WHERE {column} = :value ORDER BY 1"  # noqa: S608  names of ours
        found += [table, *connection.execute(text(query), {"value": value}).scalars()]
    return "\n".join(found)


def executions(file: Path) -> dict[Place, str]:
    """Each place of a file that runs a statement, with the name of its function."""
    found: dict[Place, str] = {}
    for function in (node for node in ast.parse(file.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)):
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("connection.execute"):
                found[file.name, node.lineno] = function.name
    return found


def _place() -> Place | None:
    """Where in the store the statement under way was asked for."""
    frame = sys._getframe(1)
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if file.parent == STORE and file.name != "database.py":
            return file.name, frame.f_lineno
        frame = frame.f_back  # type: ignore[assignment]  the loop ends with None
    return None


def _stripped(statement: Any) -> tuple[Any, set[str] | None]:
    """The statement without what says whose rows it means, and the names of the values it needs no more."""
    if isinstance(statement, TextClause):
        return _stripped_text(statement)
    gone: set[str] = set()
    is_changed = False

    def replace(element: Any, **_: Any) -> Any:
        nonlocal is_changed
        if not _says_whose(element):
            return None
        is_changed = True
        gone.update(each.key for each in visitors.iterate(element.right) if isinstance(each, BindParameter))
        return true()

    changed = visitors.replacement_traverse(statement, {}, replace)
    return changed, gone if is_changed else None


def _stripped_text(statement: TextClause) -> tuple[Any, set[str] | None]:
    before, where, after = statement.text.partition("WHERE")
    if not where or not IN_TEXT.search(after):
        return statement, None
    said = f"{before}WHERE {IN_TEXT.sub('', after).strip() or 'true'}"
    kept = [each for name, each in statement._bindparams.items() if f":{name}" in said]
    gone = {name for name in statement._bindparams if not re.search(rf":{name}\b", said)}
    return text(said).bindparams(*(bindparam(each.key, type_=each.type) for each in kept)), gone


def _says_whose(element: Any) -> bool:
    """`environment = …`, `ruc = …` or `ruc IN (…)`, with values and not with columns on the right."""
    if not isinstance(element, BinaryExpression) or element.operator not in {operators.eq, operators.in_op}:
        return False
    columns = {str(each.name) for each in visitors.iterate(element.left) if getattr(each, "table", None) is not None}
    on_the_right = [each for each in visitors.iterate(element.right) if getattr(each, "table", None) is not None]
    return bool(columns) and columns <= WHOSE and not on_the_right


def _binds(statement: Any) -> set[str]:
    if isinstance(statement, TextClause):
        return set(statement._bindparams)
    found = (each for each in visitors.iterate(statement) if isinstance(each, BindParameter))
    return {each.key for each in found}


def _without(values: Any, names: set[str]) -> Any:
    return {name: value for name, value in values.items() if name not in names} if isinstance(values, dict) else values
