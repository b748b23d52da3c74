"""`void`, `summarise`, `retry` from the command line: done and said, or refused in one sentence."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from onapi.cli.app import create_cli
from onapi.cli.demo_company import enrol_demo
from onapi.flows import look
from onapi.flows.issue import Issued, Request, issue
from onapi.flows.platform import Platform
from onapi.library.forms import Told
from onapi.main import House
from onapi.settings import DEMO_RUC, Settings
from onapi.store import companies, submissions
from onapi.values.moment import in_lima

Call = Callable[..., Result]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    made = House(Settings(_env_file=None, home=tmp_path_factory.mktemp("road") / "home", summary_at="01:30"))  # type: ignore[call-arg]  # a setting of the settings
    made.prepare()
    enrol_demo(made)
    return made


@pytest.fixture(scope="module")
def platform(house: House) -> Iterator[Platform]:
    found = house.platform()
    yield found
    found.queue.close()
    found.database.close()


@pytest.fixture
def call(house: House, monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.setattr(house, "set_up_logs", lambda: None)  # it is for good, and other tests listen
    cli = create_cli(house)
    return lambda *words: CliRunner().invoke(cli, [str(word) for word in words])


def issued(platform: Platform, doctype: str, **wishes: Any) -> Issued:
    """A receipt that is kept."""
    customer = {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE DE PRUEBA S.A.C."}
    line = {"cantidad": 2, "descripcion": "Teclado", "mtoValorUnitario": 100}
    document = {"serie": "F001" if doctype == "01" else "B001", "client": customer, "details": [line]}
    return issue(platform, Request(DEMO_RUC, Told("json", document, doctype=doctype), **wishes))


def test_an_accepted_receipt_is_voided(platform: Platform, call: Call) -> None:
    made = issued(platform, "01")
    name = made.document.receipt.file_name
    refused = call("void", name, "--reason", "ERROR EN RUC")
    assert (refused.exit_code, len(refused.output.splitlines())) == (1, 1)
    with platform.database.transaction() as connection:
        changes = {"state": "SETTLED", "outcome": "ACCEPTED", "next_action_at": None}
        submissions.move(connection, made.document.scope, made.submission, platform.clock(), **changes)
    done = call("void", name, "--reason", "ERROR EN RUC")
    today = f"{in_lima(platform.clock()):%Y%m%d}"
    assert (done.exit_code, done.output) == (0, f"{name}: anulación en camino en {DEMO_RUC}-RA-{today}-1.\n")
    assert look.find(platform, made.document.receipt).submission.state == "VOIDING"


def test_what_waits_is_gathered_when_somebody_says_so(platform: Platform, call: Call) -> None:
    first = issued(platform, "03", in_summary=True)
    day, other = first.document.issue_date, first.document.issue_date - timedelta(days=1)
    assert call("summarise", "--day", other).output == "0 resúmenes diarios.\n"
    assert call("summarise", "--ruc", "20000000028").output == "0 resúmenes diarios.\n"
    assert call("summarise", "--ruc", DEMO_RUC, "--day", day).output.endswith("1 resumen diario.\n")
    assert call("summarise").output == "0 resúmenes diarios.\n"


def test_what_was_only_signed_goes(platform: Platform, call: Call) -> None:
    alone, waiting = issued(platform, "01", send=False), issued(platform, "03", send=False, in_summary=True)
    done = call("retry", alone.document.receipt.file_name.lower())
    assert (done.exit_code, done.output.endswith(": en camino.\n")) == (0, True)
    assert "resumen diario que se hará desde el" in call("retry", waiting.document.receipt.file_name).output
    assert call("retry", waiting.document.receipt.file_name).exit_code == 1


@pytest.mark.parametrize(
    "words",
    [
        ("void", "F001-1", "--reason", "ERROR EN RUC"),
        ("void", f"{DEMO_RUC}-01-F001-1", "--reason", "x"),
        ("retry", f"{DEMO_RUC}-99-F001-1"),
        ("summarise", "--day", "ayer"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(call: Call, words: tuple[str, ...]) -> None:
    refused = call(*words)
    assert (refused.exit_code, len(refused.output.splitlines())) == (2, 1)
    assert refused.output.startswith("onapi: ")


def test_the_demo_can_send_guides_and_ask(platform: Platform) -> None:
    with platform.database.reading() as connection:
        company = companies.find(connection, platform.scope(DEMO_RUC))
    assert company is not None
    assert company.gre_client_id
    assert company.validity_client_id
