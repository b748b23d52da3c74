"""For whom a thread works is said where the caller is known, in few places for all, and goes no further than that."""

import asyncio
import re
from contextvars import copy_context
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from typer.testing import CliRunner
from wall_rows import HERE, A, B

import onapi
from onapi.api.auth import need_ruc
from onapi.api.request_id import RequestIdMiddleware
from onapi.api.tokens import Principal
from onapi.cli.acting import rucs_in
from onapi.cli.app import create_cli
from onapi.engine import Work
from onapi.engine.queue import Kind
from onapi.errors import Forbidden
from onapi.flows import work
from onapi.store.acting import NOBODY, Acting, act_for, acting, acting_for_scope

SOURCE = Path(onapi.__file__).parent
TWO = Principal("c", "integra", frozenset({A.scope.ruc, B.scope.ruc}), frozenset())
FOR_ALL = {  # each file that works for all companies at once; whoever adds one says why in the call
    *("cli/acting.py", "cli/company.py", "cli/doctor.py", "cli/token_keys.py", "cli/user.py"),
    *("api/metrics_database.py", "flows/keys.py", "flows/look.py", "flows/tidy.py", "flows/verify.py"),
    "flows/message_news.py",
    *("store/database.py", "store/request_log.py"),
}


def test_only_these_work_for_all() -> None:
    files = (file for file in SOURCE.rglob("*.py") if file.name != "acting.py" or file.parent.name == "cli")
    found = {str(x.relative_to(SOURCE)) for x in files if re.search(r"acting_for_all\(", x.read_text("utf-8"))}
    assert found == FOR_ALL


def test_a_checked_company_is_the_only_one_from_then_on() -> None:
    def check() -> None:
        act_for(HERE, TWO.rucs, "c")
        need_ruc(TWO, A.scope.ruc)
        assert acting() == Acting(HERE.value, frozenset({A.scope.ruc}), "c")
        need_ruc(TWO, B.scope.ruc)
        assert acting().rucs == frozenset()

    copy_context().run(check)


def test_who_may_not_gains_nothing() -> None:
    def check() -> None:
        act_for(HERE, {A.scope.ruc}, "c")
        with pytest.raises(Forbidden):
            need_ruc(Principal("c", "integra", frozenset({A.scope.ruc}), frozenset()), B.scope.ruc)
        assert acting().rucs == {A.scope.ruc}

    copy_context().run(check)


def test_a_request_knows_nothing_of_the_one_before() -> None:
    """The server begins a pipelined request in the context of the one before it."""
    seen: list[Acting] = []

    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(acting())
        act_for(HERE, {A.scope.ruc}, "c")

    async def nothing(*_: Any) -> Any:
        return None

    async def both() -> None:
        middleware = RequestIdMiddleware(app, answer_bug=nothing)
        for _ in range(2):
            await middleware({"type": "http", "path": "/", "headers": []}, nothing, nothing)

    asyncio.run(both())
    assert seen == [NOBODY, NOBODY]


def test_a_piece_of_work_is_done_for_its_company(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Acting] = []
    monkeypatch.setattr(work, "_FLOWS", {Kind.ROAD: lambda *_: seen.append(acting())})
    work.do_work(SimpleNamespace(), Work("k", HERE.value, A.scope.ruc, "s", 0))  # type: ignore[arg-type]  it is not used
    assert seen == [Acting(HERE.value, frozenset({A.scope.ruc}))]
    assert acting() == NOBODY


class Roof:
    """A roof that only hears for whom the platform is asked."""

    def __init__(self) -> None:
        self.settings = SimpleNamespace(environment=HERE)
        self.seen: list[Acting] = []

    def set_up_logs(self) -> None:
        """No logs."""

    def platform(self, **_: object) -> Any:
        """Nothing goes on."""
        self.seen.append(acting())
        raise typer.Exit(9)


@pytest.mark.parametrize(
    ("command", "rucs", "everyone"),
    [
        (f"documents list --ruc {A.scope.ruc}", {A.scope.ruc}, False),
        (f"company show --ruc {B.scope.ruc}", {B.scope.ruc}, False),
        (f"retry {A.scope.ruc}-01-F001-1", {A.scope.ruc}, False),
        (f"void {B.scope.ruc}-01-F001-1 --reason porque", {B.scope.ruc}, False),
        (f"evidence {B.scope.ruc}-01-F001-1 --out /dev/null", {B.scope.ruc}, False),
        ("summarise", set(), True),
        (f"summarise --ruc {A.scope.ruc}", {A.scope.ruc}, False),
        ("reconcile", set(), True),
        (f"webhook list --ruc {A.scope.ruc}", {A.scope.ruc}, False),
        ("keys list", set(), False),  # the flow says it
    ],
)
def test_a_command_works_for_the_company_that_it_names(command: str, rucs: set[str], *, everyone: bool) -> None:
    roof = Roof()
    done = CliRunner().invoke(create_cli(roof), command.split())  # type: ignore[arg-type]  as much as is asked
    assert done.exit_code == 9, done.output
    assert [(each.rucs, each.everyone) for each in roof.seen] == [(rucs, everyone)]
    assert acting() == NOBODY


def test_what_names_no_company() -> None:
    assert rucs_in(None, "20000000001-01-F001-1") == ["20000000001"]
    assert rucs_in(["20000000001", "20000000010"], None) == ["20000000001", "20000000010"]
    assert rucs_in("", None) == rucs_in(None, "EMPRESA") == rucs_in(None, None) == rucs_in("x", None) == []


def test_blocks_end_as_they_began() -> None:
    with acting_for_scope(A.scope):
        with pytest.raises(KeyError), acting_for_scope(B.scope):
            raise KeyError
        assert acting().rucs == {A.scope.ruc}
    assert acting() == NOBODY
