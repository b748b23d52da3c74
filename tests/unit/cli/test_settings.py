"""Every setting is a typed environment variable with a meaning, and the page of settings tells them all."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from onapi.settings import DEMO_PASSWORD, Settings

PAGE = Path(__file__).parents[3] / "docs" / "settings.md"


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No variable of ours, no .env, a folder to be in."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ONAPI_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", Settings.model_fields)
def test_each_says_what_it_is_and_stands_on_the_page(name: str) -> None:
    field = Settings.model_fields[name]
    assert field.description
    assert not field.is_required()
    row = next(line for line in PAGE.read_text("utf-8").splitlines() if f"`ONAPI_{name.upper()}`" in line)
    assert field.description in row
    if not isinstance(field.default, SecretStr):
        shown = "" if field.default is None else str(field.default)
        assert re.search(rf"\| (?:`{re.escape(shown)}`)? *\|", row)


def test_the_page_tells_of_no_other() -> None:
    told = re.findall(r"^\| `ONAPI_(\w+)`", PAGE.read_text("utf-8"), re.MULTILINE)
    assert [name.lower() for name in told] == list(Settings.model_fields)


def test_everything_has_a_place_in_the_home_folder(bare: Path) -> None:
    chosen = Settings()
    home = bare / ".onapi"
    assert chosen.database == f"sqlite:///{home / 'onapi.sqlite3'}"
    assert (chosen.files, chosen.ring, chosen.tokens) == (
        str(home / "blobs"),
        home / "keys" / "ring",
        home / "keys" / "tokens.pem",
    )
    assert (chosen.address, chosen.simulator_address) == ("http://127.0.0.1:8080", "http://127.0.0.1:8090")


def test_variables_and_the_file_are_read(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare / ".env").write_text("ONAPI_PORT=9000\nONAPI_HOST=0.0.0.0\nOTHER=1\n")
    monkeypatch.setenv("ONAPI_PORT", "9001")
    monkeypatch.setenv("ONAPI_PUBLIC_URL", "https://facturas.example/")
    chosen = Settings()
    assert (chosen.port, chosen.host, chosen.address) == (9001, "0.0.0.0", "https://facturas.example")  # noqa: S104  read, not listened on


@pytest.mark.usefixtures("bare")
def test_the_demos_password_is_not_shown() -> None:
    assert DEMO_PASSWORD not in repr(Settings())
    assert Settings().demo_password.get_secret_value() == DEMO_PASSWORD
