"""Where settings come from: the environment first, then files that only this process sees."""

from pathlib import Path

import pytest

from onapi.settings import read_settings


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # no .env of this working copy
    for name in ("ONAPI_DATABASE_URL", "ONAPI_METRICS_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def test_a_credential_of_the_service_is_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "onapi_database_url").write_text("postgresql://db/onapi\n", "utf-8")
    (tmp_path / "onapi_metrics_token").write_text("cosa secreta\n", "utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    settings = read_settings()
    assert settings.database == "postgresql://db/onapi"
    assert settings.metrics_token.get_secret_value() == "cosa secreta"


def test_the_environment_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "onapi_database_url").write_text("postgresql://db/onapi\n", "utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("ONAPI_DATABASE_URL", "sqlite:///otra")
    assert read_settings().database == "sqlite:///otra"


@pytest.mark.parametrize("folder", ["", "nowhere"])
def test_without_credentials_nothing_changes(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / folder) if folder else "")
    assert not read_settings().database_url
