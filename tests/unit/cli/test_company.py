"""`company` and `keys` on the command line: the same as by the API, and nothing secret on the screen."""

import os
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from onapi.cli.app import create_cli
from onapi.main import House
from onapi.settings import Settings

RUC = "20000000010"
Call = Callable[..., Result]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    made = House(Settings(_env_file=None, home=tmp_path_factory.mktemp("company") / "home"))  # type: ignore[call-arg]  # a setting of the settings
    made.prepare()
    return made


@pytest.fixture(scope="module")
def call(house: House) -> Call:
    cli = create_cli(house)
    run: Call = lambda *words: CliRunner().invoke(cli, [str(word) for word in words])  # noqa: E731  short, and typed
    assert run("company", "add", "--ruc", RUC, "--name", "PRIMERA S.A.", "--email", "a@b.pe").exit_code == 0
    assert run("company", "set-sol", "--ruc", RUC, "--user", "ANA", "--password", "clave-secreta").exit_code == 0
    return run


def test_companies_are_listed_and_shown_without_secrets(call: Call) -> None:
    assert call("company", "list").output == f"{RUC}\tPRIMERA S.A.\tsin certificado\n"
    shown = call("company", "show", "--ruc", RUC).output
    assert "usuario SOL\tsí" in shown
    assert "logotipo\tno" in shown
    assert "clave-secreta" not in shown
    assert call("company", "show", "--ruc", "20000000028").exit_code == 2


def test_a_logo_is_kept(call: Call, tmp_path: Path) -> None:
    out = BytesIO()
    Image.new("RGB", (60, 40)).save(out, "PNG")
    (tmp_path / "logo.png").write_bytes(out.getvalue())
    assert call("company", "set-logo", tmp_path / "logo.png", "--ruc", RUC).output.startswith("PNG, ")
    (tmp_path / "logo.png").write_bytes(b"<svg/>")
    refused = call("company", "set-logo", tmp_path / "logo.png", "--ruc", RUC)
    assert (refused.exit_code, "SVG" in refused.output) == (2, True)


def test_sender_settings_are_changed_one_by_one(call: Call) -> None:
    call("company", "set-sender", "--ruc", RUC, "--reply-to", "ventas@b.pe", "--page-color", "#112233")
    told = call("company", "set-sender", "--ruc", RUC, "--boleta-mode", "summary").output
    assert "replyTo\tventas@b.pe" in told
    assert "boletaMode\tsummary" in told
    assert call("company", "set-sender", "--ruc", RUC, "--page-color", "red").exit_code == 2


def test_a_master_key_is_rotated_and_the_old_one_retired(call: Call, house: House) -> None:
    done = call("keys", "rotate")
    assert (done.exit_code, "1 claves de empresa" in done.output) == (0, True)
    assert len(call("keys", "list").output.splitlines()) == 2
    assert call("keys", "retire").exit_code == 2
    before = time.time() - 120
    os.utime(house.settings.ring, (before, before))
    assert "Retiradas" in call("keys", "retire").output
    assert len(call("keys", "list").output.splitlines()) == 1
    assert "No hay" in call("keys", "retire").output


def test_templates_are_put_seen_and_dropped(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "recibo.typ"
    file.write_text('#let sheet = json("page.json")\n= #sheet.heading\n', "utf-8")
    assert "probada con 01 03" in call("company", "set-template", file, "--ruc", RUC, "--name", "recibo").output
    assert call("company", "templates", "--ruc", RUC).output.startswith("recibo\t48 bytes\t")
    file.write_text("= hola\n#foo", "utf-8")
    refused = call("company", "set-template", file, "--ruc", RUC)
    assert (refused.exit_code, "Línea 2, columna 1" in refused.output) == (2, True)
    assert call("company", "set-template", tmp_path / "none.typ", "--ruc", RUC).exit_code == 2
    assert call("company", "drop-template", "--ruc", RUC, "--name", "recibo").exit_code == 0
    assert call("company", "drop-template", "--ruc", RUC, "--name", "recibo").exit_code == 2
    assert call("company", "templates", "--ruc", RUC).output == ""
    assert call("company", "templates", "--ruc", "20000000028").exit_code == 2
