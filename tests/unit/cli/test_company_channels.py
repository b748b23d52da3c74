"""`company set-mail`, `test-mail`, `set-whatsapp`, `unset-channel`: as by the API, nothing secret on the screen."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

sys.path.insert(0, str(Path(__file__).parents[1] / "gateways"))

from mail_servers import Box, mail_server

from onapi.cli.app import create_cli
from onapi.flows.channels import EMAIL, WHATSAPP, settings_of
from onapi.main import House
from onapi.settings import Settings
from onapi.store.acting import acting_for

RUC, SECRET = "20000000010", "clave-secreta"
Call = Callable[..., Result]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    home = tmp_path_factory.mktemp("channels") / "home"
    made = House(Settings(_env_file=None, home=home, smtp_allow_local=True))  # type: ignore[call-arg]  # a setting of the settings
    made.prepare()
    return made


@pytest.fixture(scope="module")
def call(house: House) -> Call:
    cli = create_cli(house)
    run: Call = lambda *words, **more: CliRunner().invoke(cli, [str(word) for word in words], **more)  # noqa: E731  short, and typed
    assert run("company", "add", "--ruc", RUC, "--name", "PRIMERA S.A.", "--email", "a@b.pe").exit_code == 0
    return run


def test_a_mail_server_is_set_up_tried_and_forgotten(call: Call) -> None:
    box = Box()
    with mail_server(box) as port:
        place = ("--host", "127.0.0.1", "--port", port, "--security", "none", "--from", "ventas@b.pe")
        assert call("company", "set-mail", "--ruc", RUC, *place).exit_code == 0
        tried = call("company", "test-mail", "--ruc", RUC, "--to", "ana@cliente.example")
        assert (tried.exit_code, tried.output.split("\t")[:2]) == (0, ["SENT", "250"])
        box.to_sender = "550 5.7.1 No"
        assert (
            call("company", "test-mail", "--ruc", RUC, "--to", "ana@cliente.example").output
            == "FAILED\t550\t5.7.1 No\n"
        )
    assert box.message()["Subject"] == "Prueba de correo de PRIMERA S.A."
    assert call("company", "unset-channel", "email", "--ruc", RUC).exit_code == 0
    again = call("company", "unset-channel", "email", "--ruc", RUC)
    assert (again.exit_code, "propia" in again.output) == (2, True)
    assert call("company", "unset-channel", "fax", "--ruc", RUC).exit_code == 2


def test_a_password_is_asked_for_and_kept_sealed(house: House, call: Call) -> None:
    place = ("--host", "smtp.b.pe", "--from", "ventas@b.pe", "--user", "ventas")
    asked = call("company", "set-mail", "--ruc", RUC, *place, input=f"{SECRET}\n")
    assert (asked.exit_code, SECRET in asked.output) == (0, False)
    platform = house.platform()
    with acting_for(platform.environment, RUC):
        kept = settings_of(platform, platform.scope(RUC), EMAIL)
    assert kept is not None
    assert (kept.secrets, kept.shown["security"], kept.shown["port"]) == ({"password": SECRET}, "tls", 465)


def test_what_is_wrong_is_named(call: Call) -> None:
    wrong = call("company", "set-mail", "--ruc", RUC, "--host", "smtp b", "--from", "ventas", "--password", SECRET)
    assert wrong.exit_code == 2
    for field in ("host:", "fromAddress:", "user:"):
        assert field in wrong.output
    assert SECRET not in wrong.output
    assert (
        call("company", "set-mail", "--ruc", RUC, "--host", "x.pe", "--from", "a@b.pe", "--security", "ssl").exit_code
        == 2
    )


def test_a_number_is_set_up(house: House, call: Call) -> None:
    secrets = ("--access-token", SECRET, "--app-secret", SECRET, "--verify-token", SECRET)
    done = call("company", "set-whatsapp", "--ruc", RUC, "--phone-number-id", "123", *secrets)
    assert (done.exit_code, SECRET in done.output) == (0, False)
    platform = house.platform()
    with acting_for(platform.environment, RUC):
        kept = settings_of(platform, platform.scope(RUC), WHATSAPP)
    assert kept is not None
    assert (kept.shown["phoneNumberId"], kept.secrets["appSecret"]) == ("123", SECRET)
    wrong = call("company", "set-whatsapp", "--ruc", RUC, "--phone-number-id", "12a", *secrets)
    assert (wrong.exit_code, "phoneNumberId" in wrong.output) == (2, True)
