"""S02: take the first wall away, the conditions of our queries, and the second, PostgreSQL's, still holds.

Each function of the store is called as one company for what another has, twice: with the words that say whose rows are
meant taken out of every statement, and with the other company named where one's own belongs. The same calls are made as
a superuser, whom PostgreSQL lets through: there each has to leak, or it would prove nothing.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context

import pytest
from wall_calls import OF_ALL, OF_ONE
from wall_rows import A, B
from wall_watch import STORE, Outcome, Place, Watch, executions

import onapi.store
from onapi.store.acting import act_for, acting_for_all

CANARY, FOREIGN_RUC = "CANARY-B", B.scope.ruc
# what belongs to no company: people act for several, and are looked for before anybody knows for which
OF_NOBODY = frozenset({"credentials", "guesses", "sessions", "nights", "walls"})
NOT_OF_COMPANIES = {
    "condition.revisions": "asks which migration it is",
    "condition.workers_alive": "counts processes",
    "gauges.username": "a user is of no company",
    **{
        f"seals.{name}": "a seal is over lines of all companies, and tells no word of them"
        for name in ("last", "last_at", "ends", "page", "add", "add_head", "all_heads", "last_head")
    },
}


def functions() -> dict[str, object]:
    """Every public function of the store that takes a connection, by module and name."""
    found = {}
    for module in pkgutil.iter_modules(onapi.store.__path__):
        if module.ispkg or module.name in OF_NOBODY:
            continue
        content = importlib.import_module(f"onapi.store.{module.name}")
        for name, value in vars(content).items():
            is_ours = inspect.isfunction(value) and value.__module__ == content.__name__ and not name.startswith("_")
            if is_ours and "connection" in inspect.signature(value).parameters:
                found[f"{module.name}.{name}"] = value
    return found


@contextmanager
def working_for_a() -> Iterator[None]:
    with acting_for_all("to be put back"):
        act_for(A.scope.environment, [A.scope.ruc], A.credential)
        yield


def both(watch: Watch, open_watch: Watch, name: str, *, strip: bool) -> tuple[Outcome, Outcome, Outcome]:
    """What a call comes to behind both walls or the second alone, behind none, and as it should."""
    call = {**OF_ONE, **OF_ALL}[name]
    at = A if strip or name in OF_ALL else B
    with working_for_a():
        held = watch.outcome(call, at, B, strip=strip, other=B)
        leaked = open_watch.outcome(call, at, B, strip=strip, other=B)
        nothing = watch.outcome(lambda _c, _at, _of: None, A, B, strip=False, other=B)
    return held, leaked, nothing


def assert_held(held: Outcome, untouched: Outcome) -> None:
    assert CANARY not in held.told
    assert FOREIGN_RUC not in held.told
    assert held.rows in {untouched.rows, ""} if held.is_refused else held.rows == untouched.rows


def test_every_function_of_the_store_is_called() -> None:
    called = {name.partition("#")[0] for name in (*OF_ONE, *OF_ALL)}
    assert {*called, *NOT_OF_COMPANIES} == functions().keys()


@pytest.mark.parametrize("name", OF_ONE)
def test_another_company_named_finds_and_changes_nothing(watch: Watch, open_watch: Watch, name: str) -> None:
    held, leaked, untouched = both(watch, open_watch, name, strip=False)
    assert_held(held, untouched)
    assert (leaked.told, leaked.rows) != (held.told, held.rows), "it would prove nothing"


@pytest.mark.parametrize("name", [*OF_ONE, *OF_ALL])
def test_without_its_condition_it_finds_and_changes_nothing(watch: Watch, open_watch: Watch, name: str) -> None:
    held, leaked, untouched = both(watch, open_watch, name, strip=True)
    assert_held(held, untouched)
    if held.is_stripped or name in OF_ALL:
        assert (leaked.told, leaked.rows) != (held.told, held.rows), "it would prove nothing"


def test_no_statement_is_left_out(watch: Watch, open_watch: Watch) -> None:
    """Each place of the store that runs a statement was passed, and each with such a condition without it."""
    for name in (*OF_ONE, *OF_ALL):
        for strip in (False, True):
            copy_context().run(both, watch, open_watch, name, strip=strip)
    wanted: dict[Place, str] = {}
    for file in sorted(STORE.glob("*.py")):
        for place, function in executions(file).items():
            if file.stem not in OF_NOBODY | {"database", "request_log"}:
                wanted[place] = f"{file.stem}.{function}"
    passed = watch.places | open_watch.places
    assert {name for place, name in wanted.items() if place not in passed} <= NOT_OF_COMPANIES.keys()
    assert len(watch.stripped) > 60
