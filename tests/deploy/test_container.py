"""The container file and its compositions: pinned, without root, read-only, without a registry's address."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from onapi.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
COMPOSITIONS = ("compose.yaml", "compose.postgres.yaml")
IMAGE = re.compile(r"^[a-z]+:[0-9]+(\.[0-9]+)+[a-z0-9.-]*$|^onapi$")  # a name and a version: no host, no "latest"
TEMPORARY = "/tmp"  # noqa: S108  the container's own


def instructions() -> list[tuple[str, str]]:
    """Word and rest of every instruction, with its lines joined."""
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("#")).replace("\\\n", " ")
    return [(line.partition(" ")[0], " ".join(line.split()[1:])) for line in plain.splitlines() if line.strip()]


def told(word: str) -> list[str]:
    """What every instruction of one word says."""
    return [rest for found, rest in instructions() if found == word]


@pytest.fixture(params=COMPOSITIONS)
def composition(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Each composition."""
    found: dict[str, Any] = yaml.safe_load((DEPLOY / request.param).read_text("utf-8"))
    return found


def test_the_images_are_pinned_and_name_no_registry(composition: dict[str, Any]) -> None:
    bases = [rest.split()[0] for rest in told("FROM")]
    used = [service["image"] for service in composition["services"].values()]
    assert len(bases) == 2
    assert [image for image in (*bases, *used) if not IMAGE.match(image)] == []


def test_the_program_is_not_root_and_the_packages_are_locked() -> None:
    assert told("USER")[-1] == "10001:10001"
    assert [word for word, _ in instructions()].index("USER") > [word for word, _ in instructions()].index("COPY")
    locked, ours = (rest for rest in told("RUN") if "pip install" in rest)
    assert "--require-hashes" in locked
    assert "--no-deps" in ours
    assert "--no-index" in ours
    assert "ca-certificates" in " ".join(told("RUN"))
    assert told("VOLUME") == ["/var/lib/onapi"]
    assert "/livez" in told("HEALTHCHECK")[0]
    assert (told("ENTRYPOINT"), told("CMD")) == (['["onapi"]'], ['["serve"]'])


def test_what_is_copied_exists_and_nothing_else_is_sent() -> None:
    copied = {rest.split()[0] for rest in told("COPY") if not rest.startswith("--from")}
    copied |= {name for rest in told("COPY") if not rest.startswith("--from") for name in rest.split()[:-1]}
    assert not [name for name in copied if not (ROOT / name).exists()]
    sent = (DEPLOY / "Containerfile.dockerignore").read_text("utf-8").splitlines()
    assert {line[1:] for line in sent if line.startswith("!")} == copied


def test_what_the_image_sets_are_settings(composition: dict[str, Any]) -> None:
    known = {f"ONAPI_{name.upper()}" for name in Settings.model_fields}
    named = set(re.findall(r"\bONAPI_\w+(?==)", " ".join(told("ENV"))))
    for service in composition["services"].values():
        named |= {name for name in service.get("environment", {}) if name.startswith("ONAPI_")}
    assert {"ONAPI_HOME", "ONAPI_HOST"} <= named <= known
    secrets = {name.removeprefix("onapi_") for name in composition.get("secrets", {}) if name.startswith("onapi_")}
    assert secrets <= set(Settings.model_fields)


def test_every_service_is_walled_in(composition: dict[str, Any]) -> None:
    for name, service in composition["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["init"] is True, name
        assert service["stop_grace_period"] == "45s", name
        assert any(each.partition(":")[0] == TEMPORARY for each in service["tmpfs"]), name
        assert all(each.startswith("127.0.0.1:") for each in service.get("ports", ())), name
        assert not service.get("privileged"), name


def test_no_secret_stands_in_a_file() -> None:
    for name in COMPOSITIONS:
        text = (DEPLOY / name).read_text("utf-8")
        assert not re.search(r"(?i)password:\s*\S|://\w+:\w+@", text.replace("database_password: {file", ""))
    assert (DEPLOY / ".gitignore").read_text("utf-8") == "secrets/\n"
