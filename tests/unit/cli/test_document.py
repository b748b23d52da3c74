"""The commands of one document: what goes to standard output, what to standard error, and the exit code."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from onapi.cli.app import create_cli
from onapi.main import House
from onapi.settings import Settings
from onapi.sign.certificate import Signer
from onapi.sign.verify import verify_signature

DOCUMENT = {
    "tipoDoc": "01",
    "serie": "F001",
    "correlativo": 1,
    "fechaEmision": "2026-11-22",
    "company": {"ruc": "20000000001", "razonSocial": "DEMO S.A.C."},
    "client": {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE S.A.C."},
    "details": [{"descripcion": "Teclado", "cantidad": 2, "mtoValorUnitario": 100}],
}
Call = Callable[..., Result]


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Call:
    house = House(Settings(_env_file=None, home=tmp_path_factory.mktemp("cli") / "home"))  # type: ignore[call-arg]  # a setting of the settings
    cli = create_cli(house)
    return lambda *words, **more: CliRunner().invoke(cli, [str(word) for word in words], **more)


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def written(**change: Any) -> Path:
        path = tmp_path / "in.json"
        path.write_text(json.dumps(DOCUMENT | change), "utf-8")
        return path

    return written


def test_a_sound_document_is_told_so(call: Call, file: Callable[..., Path]) -> None:
    checked = call("check", file())
    assert checked.exit_code == 0
    assert "20000000001-01-F001-1: sin errores." in checked.stderr


def test_every_fault_is_a_line_with_code_place_and_remedy(call: Call, file: Callable[..., Path]) -> None:
    checked = call("check", file(serie="X001", details=[{"descripcion": "x", "cantidad": 0, "mtoValorUnitario": 1}]))
    assert checked.exit_code == 1
    rows = [line.split("\t") for line in checked.stdout.splitlines()]
    assert {("1001", "ERROR", "/serie"), ("2024", "ERROR", "/details/0/cantidad")} <= {tuple(row[:3]) for row in rows}
    assert all(row[3].endswith(".") for row in rows)


@pytest.mark.parametrize("words", [("check", "no-such-file"), ("build", "no-such-file"), ("read", "no-such-file")])
def test_what_cannot_be_read_is_another_exit_code(call: Call, words: tuple[str, ...]) -> None:
    assert call(*words).exit_code == 2


def test_built_from_standard_input(call: Call) -> None:
    built = call("build", "-", input=json.dumps(DOCUMENT))
    assert built.exit_code == 0
    assert built.stdout.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<Invoice ')


def test_nothing_is_built_of_a_bad_document(call: Call, file: Callable[..., Path], tmp_path: Path) -> None:
    built = call("build", file(tipoMoneda="SOL"), "-o", tmp_path / "out.xml")
    assert (built.exit_code, built.stdout, (tmp_path / "out.xml").exists()) == (1, "", False)
    assert "3088\tERROR\t/tipoMoneda" in built.stderr


def test_signed_with_a_certificate(call: Call, file: Callable[..., Path], signer: Signer, tmp_path: Path) -> None:
    pem, out = tmp_path / "key.pem", tmp_path / "signed.xml"
    pem.write_bytes(signer.to_pem())
    assert call("sign", file(), "--certificate", pem, "-o", out).exit_code == 0
    assert verify_signature(out.read_bytes()).certificate == signer.certificate
    assert call("check", out).exit_code == 0
    assert call("sign", file(), "--certificate", tmp_path / "none.pem").exit_code == 2
    (tmp_path / "bad.pem").write_text("x", "utf-8")
    assert call("sign", file(), "--certificate", tmp_path / "bad.pem").exit_code == 1


def test_round_from_form_to_form(call: Call, file: Callable[..., Path], tmp_path: Path) -> None:
    xml = call("build", file()).stdout
    (tmp_path / "a.xml").write_text(xml, "utf-8")
    said = json.loads(call("read", tmp_path / "a.xml").stdout)
    assert (said["serie"], said["mtoImpVenta"]) == ("F001", 236)
    trama = call("convert", tmp_path / "a.xml", "--to", "trama").stdout
    assert trama.startswith("OP|1|01|20000000001|F001|1|")
    (tmp_path / "a.txt").write_text(trama, "utf-8")
    assert call("convert", tmp_path / "a.txt", "--to", "xml").stdout.strip() == xml.strip()


def test_a_code_is_explained_and_found_by_its_words(call: Call) -> None:
    told = call("code", "2800")
    assert told.exit_code == 0
    assert "tipo de documento de identidad del receptor" in told.stdout
    assert "rechazado" in told.stdout
    assert "0102" in call("code", "contraseña", "incorrectos").stdout
    assert call("code", "xyzzy").exit_code == 1


def test_a_rule_is_shown_with_its_field(call: Call) -> None:
    told = call("rules", "3103")
    assert told.exit_code == 0, told.output
    assert "3103\t01\terror\t/details/n/igv" in told.stdout
    assert {line.split("\t")[1] for line in call("rules", "3246", "--doctype", "01").stdout.splitlines()} == {"01"}
    assert call("rules", "9999").exit_code == 1
