"""The commands of the owner: companies and users, each said no to in one sentence, and the guard of production."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from onapi.cli.app import create_cli
from onapi.cli.demo_company import enrol_demo
from onapi.errors import Misconfigured
from onapi.main import House, run
from onapi.settings import CLIENT_ID, DEMO_RUC, DEMO_USERNAME, Settings
from onapi.store import companies, credentials

RUC = "20000000010"
Call = Callable[..., Result]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    made = House(Settings(_env_file=None, home=tmp_path_factory.mktemp("cli") / "home"))  # type: ignore[call-arg]  # a setting of the settings
    made.prepare()
    return made


@pytest.fixture
def call(house: House) -> Call:
    cli = create_cli(house)
    return lambda *words, **more: CliRunner().invoke(cli, [str(word) for word in words], **more)


def company(house: House, ruc: str) -> Any:
    platform = house.platform()
    with platform.database.reading() as connection:
        found = companies.find(connection, platform.scope(ruc))
    platform.database.close()
    return found


def test_a_company_is_enrolled_and_brought_up_to_date(house: House, call: Call) -> None:
    added = call("company", "add", "--ruc", RUC, "--name", "PRIMERA S.A.", "--address", "AV. UNO", "--ubigeo", "150101")
    assert added.exit_code == 0, added.output
    assert company(house, RUC).party.address.district == "LIMA"
    assert call("company", "add", "--ruc", RUC, "--name", "SEGUNDA S.A.").exit_code == 0
    assert company(house, RUC).party.name == "SEGUNDA S.A."


@pytest.mark.parametrize(
    "words",
    [
        ("company", "add", "--ruc", "20000000011", "--name", "X"),
        ("company", "add", "--ruc", RUC, "--name", "X", "--ubigeo", "999999"),
        ("company", "set-certificate", "no-such.p12", "--ruc", RUC, "--password", "x"),
        ("user", "create", "ana@onapi.local", "--ruc", RUC, "--password", "corta"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(call: Call, words: tuple[str, ...]) -> None:
    refused = call(*words)
    assert refused.exit_code == 2
    assert refused.output.startswith("onapi: ")
    assert len(refused.output.splitlines()) == 1


def test_a_file_that_is_no_certificate_is_refused(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "cert.p12"
    file.write_bytes(b"not a certificate")
    refused = call("company", "set-certificate", file, "--ruc", RUC, "--password", "x")
    assert (refused.exit_code, refused.output[:7]) == (2, "onapi: ")


def test_secrets_are_sealed_and_never_shown(house: House, call: Call) -> None:
    call("company", "add", "--ruc", RUC, "--name", "PRIMERA S.A.")
    done = call("company", "set-sol", "--ruc", RUC, "--user", "ANA", "--password", "clave-sol-secreta")
    assert done.exit_code == 0
    found = company(house, RUC)
    assert found.sol_user == "ANA"
    assert b"clave-sol-secreta" not in found.sol_password
    assert "clave-sol-secreta" not in done.output


def test_a_user_is_created_and_given_a_new_password(house: House, call: Call) -> None:
    for password in ("una clave bien larga", "otra clave bien larga"):
        done = call("user", "create", "Ana@onapi.local", "--ruc", RUC, "--ruc", DEMO_RUC, "--password", password)
        assert done.exit_code == 0, done.output
        assert password not in done.output
    platform = house.platform()
    with platform.database.reading() as connection:
        user = credentials.find_by_name(connection, CLIENT_ID, "ana@onapi.local")
    platform.database.close()
    assert user is not None
    assert user.rucs == (DEMO_RUC, RUC)
    assert user.password_hash.startswith("$argon2id$")


def test_preparing_again_changes_no_key(house: House, call: Call) -> None:
    before = [file.read_bytes() for file in (house.settings.ring, house.settings.tokens)]
    assert call("setup").exit_code == 0
    assert [file.read_bytes() for file in (house.settings.ring, house.settings.tokens)] == before


def test_the_version_and_the_help_are_told(call: Call) -> None:
    assert call("version").output.strip().count(".") >= 1
    shown = call("--help").output
    assert all(verb in shown for verb in ("setup", "serve", "api", "worker", "simulator", "demo", "company", "user"))


def test_production_refuses_the_demos_data(tmp_path: Path) -> None:
    sandbox = House(Settings(_env_file=None, home=tmp_path))  # type: ignore[call-arg]  # as above
    sandbox.prepare()
    enrol_demo(sandbox)
    live = House(Settings(_env_file=None, home=tmp_path, environment="production"))  # type: ignore[call-arg,arg-type]  # as above
    with pytest.raises(Misconfigured, match=DEMO_USERNAME):
        live.platform()


@pytest.mark.parametrize(("name", "value"), [("PORT", "70000"), ("ENVIRONMENT", "prueba"), ("ACCESS_MINUTES", "0")])
def test_an_unusable_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, value: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(f"ONAPI_{name}", value)
    monkeypatch.setattr("sys.argv", ["onapi", "version"])
    with pytest.raises(SystemExit) as ended:
        run()
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith(f"onapi: ONAPI_{name}: ")
