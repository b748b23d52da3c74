"""`onapi user …` and `onapi keys rotate-tokens`: what the owner of the platform does about people."""

from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from onapi.cli.app import create_cli
from onapi.flows import sign_in
from onapi.main import House
from onapi.settings import Settings
from onapi.store.token_keys import read_keys

RUC, OTHER = "20000000010", "20000000028"
NAME = "caja1@empresa.example"
PASSWORD = "cuatro guitarras bajo la lluvia"
Call = Callable[..., Result]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    made = House(Settings(_env_file=None, home=tmp_path_factory.mktemp("user") / "home"))  # type: ignore[call-arg]  # a setting of the settings
    made.prepare()
    return made


@pytest.fixture
def call(house: House) -> Call:
    cli = create_cli(house)
    return lambda *words, **more: CliRunner().invoke(cli, list(words), **more)


def enter(house: House, password: str) -> Any:
    platform = house.platform()
    try:
        return sign_in.sign_in(platform, "integra", NAME, password, days=30)
    finally:
        platform.database.close()


def test_the_life_of_a_user(house: House, call: Call) -> None:
    made = call("user", "create", NAME, "--ruc", RUC, "--role", "contador", input=f"{PASSWORD}\n")
    assert made.exit_code == 0, made.output
    assert PASSWORD not in made.output
    assert call("user", "list").output.split("\t")[:3] == [NAME, "contador", RUC]
    enter(house, PASSWORD)
    assert "127" not in call("user", "sessions", NAME).output
    assert len(call("user", "sessions", NAME).output.splitlines()) == 1
    assert call("user", "logout", NAME).output == "Sesiones cerradas: 1.\n"
    assert call("user", "grant", NAME, "--ruc", OTHER).exit_code == 0
    assert call("user", "revoke", NAME, "--ruc", RUC).exit_code == 0
    assert call("user", "set-role", NAME, "auditor").exit_code == 0
    assert call("user", "disable", NAME).exit_code == 0
    shown = call("user", "show", NAME).output
    assert f"empresas\t{OTHER}\nestado\tdeshabilitado" in shown
    assert "rol\tauditor" in shown
    assert "logout_all" in shown
    assert call("user", "enable", NAME).exit_code == 0
    reset = call("user", "reset", NAME, "--generate")
    enter(house, reset.output.rpartition(": ")[2].strip())


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        (("create", "otro@x.pe", "--ruc", RUC), ""),
        (("create", "otro@x.pe", "--ruc", RUC), "corta\n"),
        (("create", "otro@x.pe", "--ruc", "20000000011"), f"{PASSWORD}\n"),
        (("create", "otro@x.pe", "--ruc", RUC, "--role", "jefe"), f"{PASSWORD}\n"),
        (("show", "nadie@x.pe"), ""),
        (("reset", "nadie@x.pe"), f"{PASSWORD}\n"),
        (("logout", "nadie@x.pe"), ""),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(call: Call, words: tuple[str, ...], typed: str) -> None:
    refused = call("user", *words, input=typed)
    assert refused.exit_code == 2
    assert refused.output.startswith("onapi: ")
    assert len(refused.output.splitlines()) == 1


def test_keys_are_rotated(house: House, call: Call) -> None:
    before = read_keys(house.settings.tokens)[0].kid
    assert call("keys", "rotate-tokens").exit_code == 0
    assert [key.kid for key in read_keys(house.settings.tokens)][1:] == [before]
    assert call("keys", "rotate-tokens", "--forget").exit_code == 0
    assert len(read_keys(house.settings.tokens)) == 1
