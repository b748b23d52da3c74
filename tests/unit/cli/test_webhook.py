"""The commands of webhooks: what the API does, on the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from onapi.cli.app import create_cli
from onapi.cli.demo_company import enrol_demo
from onapi.errors import Misconfigured
from onapi.main import House
from onapi.settings import DEMO_RUC, Settings

URL = "https://erp.ejemplo.pe/onapi"
Call = Callable[..., Result]


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Call:
    house = House(Settings(_env_file=None, home=tmp_path_factory.mktemp("hooks") / "home"))  # type: ignore[call-arg]  # a setting of the settings
    house.prepare()
    enrol_demo(house)
    cli = create_cli(house)
    return lambda *words: CliRunner().invoke(cli, ["webhook", *words, "--ruc", DEMO_RUC])


def test_an_endpoint_lives_on_the_command_line(call: Call) -> None:
    made = call("put", URL, "--event", "document.accepted", "--description", "ERP")
    assert made.exit_code == 0, made.output
    name, state, url, events, *_ = made.output.split("\t")
    assert (state, url, events) == ("enabled", URL, "document.accepted")
    assert "whsec_" in made.output
    assert "whsec_" not in call("list").output
    assert call("list").output.startswith(name)
    again = call("put", URL, "--disabled")
    assert (again.output.split("\t")[:2], "whsec_" in again.output) == ([name, "disabled:manual"], False)
    assert "whsec_" in call("rotate", name).output
    assert (call("deliveries", name).output, call("remove", name).exit_code) == ("", 0)
    assert call("list").output == ""


def test_a_test_says_what_came_back(call: Call) -> None:
    name = call("put", "https://no-existe.invalid/").output.split("\t")[0]
    tried = call("test", name)
    assert (tried.exit_code, "FAILED" in tried.output, "DNS" in tried.output) == (1, True, True)
    delivery = call("deliveries", name).output.split("\t")[0]
    assert "PENDING" in call("replay", name, delivery).output


@pytest.mark.parametrize(
    "words",
    [
        ("put", "http://a.pe/"),
        ("put", URL, "--event", "x"),
        ("remove", "x"),
        ("rotate", "x"),
        ("test", "x"),
        ("deliveries", "x"),
        ("replay", "x", "y"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(call: Call, words: tuple[str, ...]) -> None:
    refused = call(*words)
    assert refused.exit_code == 2
    assert len(refused.output.strip().splitlines()) == 1


def test_only_the_sandbox_may_call_this_machine(tmp_path: Path) -> None:
    for environment in ("beta", "production"):
        house = House(Settings(_env_file=None, home=tmp_path, environment=environment, webhook_allow_local=True))  # type: ignore[call-arg,arg-type]  # as above
        with pytest.raises(Misconfigured):
            house.platform()
