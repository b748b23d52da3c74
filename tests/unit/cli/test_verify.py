"""`verify` and `acts`, as a person and as a program reads them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from onapi.cli.app import create_cli
from onapi.flows.seal import seal
from onapi.main import House
from onapi.settings import Settings
from onapi.store.acting import acting_for_all

RUC = "20000000010"


@pytest.fixture
def house(tmp_path: Path) -> House:
    """One with a company, a user and everything sealed."""
    made = House(Settings(_env_file=None, home=tmp_path / "home"))  # type: ignore[call-arg]  # a setting of the settings
    made.prepare()
    assert call(made, "company", "add", "--ruc", RUC, "--name", "PRIMERA S.A.").exit_code == 0
    assert call(made, "user", "create", "ana", "--ruc", RUC, "--generate").exit_code == 0
    with acting_for_all("a test"):
        platform = made.platform()
        seal(platform)
        platform.database.close()
    return made


def call(house: House, *words: str) -> Result:
    return CliRunner().invoke(create_cli(house), list(words))


def tamper(house: House) -> None:
    platform = house.platform()
    with platform.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE acts SET act = 'nothing' WHERE id = 2")
    platform.database.close()


def test_nothing_changed(house: House) -> None:
    told = call(house, "verify")
    assert told.exit_code == 0, told.output
    assert "2 líneas bajo 1 sellos, 1 cabeceras, 0 archivos" in told.output
    assert told.output.endswith("Nada cambió.\n")


def test_what_changed_is_named(house: House) -> None:
    tamper(house)
    told = call(house, "verify")
    assert told.exit_code == 1
    assert "La línea 2 del registro de actos cambió." in told.output
    parsed = json.loads(call(house, "verify", "--json", "--no-files").output)
    (damage,) = parsed["damages"]
    assert (damage["where"], damage["name"], damage["what"]) == ("acts", "2", "changed")
    assert (parsed["lines"], parsed["seals"], parsed["heads"], parsed["unsealed"]) == (2, 1, 1, 0)


def test_a_head_noted_elsewhere(house: House) -> None:
    head = json.loads(call(house, "verify", "--json").output)["head"]
    assert call(house, "verify", "--head", head.upper()).exit_code == 0
    other = call(house, "verify", "--head", "ab" * 32)
    assert other.exit_code == 1
    assert f"La cabecera {'ab' * 32} ya no está." in other.output


def test_who_did_what(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "rosa")
    assert call(house, "user", "disable", "ana").exit_code == 0
    newest, older, oldest = call(house, "acts").output.splitlines()
    assert "user_changed" in newest
    assert "por rosa" in newest
    assert "disabled=True" in newest
    assert ("user_created" in older, "company_enrolled" in oldest) == (True, True)
    assert call(house, "acts", "--ruc", "20000000001").output == ""
    rows = [json.loads(line) for line in call(house, "acts", "--ruc", RUC, "--json", "--most", "1").output.splitlines()]
    assert [(row["act"], row["ruc"]) for row in rows] == [("user_changed", RUC)]
