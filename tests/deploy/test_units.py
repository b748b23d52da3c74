"""The systemd units: sound by systemd's own word where it is here, walled the same, given time to stop."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from onapi.cli import processes
from onapi.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SYSTEMD = ROOT / "deploy" / "systemd"
UNITS = sorted(SYSTEMD.glob("*.service"))
WALLS = "# Muros"
SERVER_STOPS_S = 10  # timeout_graceful_shutdown of the server
MUST = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "SystemCallErrorNumber": "EPERM",
    "StateDirectory": "onapi",
    "StateDirectoryMode": "0700",
    "User": "onapi",
    "KillMode": "mixed",
    "UMask": "0077",
    "RestartPreventExitStatus": str(processes.UNUSABLE),
}


def lines(unit: Path) -> Iterator[tuple[str, str]]:
    """Every key and value."""
    for line in unit.read_text("utf-8").splitlines():
        if line and not line.startswith(("#", "[")):
            key, _, value = line.partition("=")
            yield key, value


@pytest.fixture(params=UNITS, ids=lambda path: path.stem)
def unit(request: pytest.FixtureRequest) -> Path:
    """Each unit."""
    found: Path = request.param
    return found


def test_there_is_one_for_all_and_one_for_each_process() -> None:
    started = {unit.name: dict(lines(unit))["ExecStart"].rpartition(" ")[2] for unit in UNITS}
    assert started == {"onapi.service": "serve", "onapi-api.service": "api", "onapi-worker@.service": "worker"}


def test_a_unit_is_walled_in(unit: Path) -> None:
    told = dict(lines(unit))
    assert {key: told.get(key) for key in MUST} == MUST
    assert [value for key, value in lines(unit) if key == "SystemCallFilter"] == ["@system-service", "~@privileged"]


def test_the_walls_are_the_same_everywhere() -> None:
    assert len({unit.read_text("utf-8").partition(WALLS)[2] for unit in UNITS}) == 1


def test_a_unit_waits_until_all_have_stopped(unit: Path) -> None:
    given_s = int(dict(lines(unit))["TimeoutStopSec"])
    assert given_s > SERVER_STOPS_S + processes._STOP_S + processes._LOOK_S
    assert processes._STOP_S > processes._DRAIN_S


def test_what_the_units_set_are_settings() -> None:
    known = {f"ONAPI_{name.upper()}" for name in Settings.model_fields}
    texts = [path.read_text("utf-8") for path in (*SYSTEMD.rglob("*.service"), *SYSTEMD.rglob("*.conf"))]
    texts.append((ROOT / "deploy" / "onapi.env.example").read_text("utf-8"))
    words = " ".join(texts).split()
    named = {word.removeprefix("Environment=").partition("=")[0] for word in words if "ONAPI_" in word and "=" in word}
    assert named
    assert named <= known


def test_credentials_are_settings() -> None:
    text = (SYSTEMD / "onapi.service.d" / "credentials.conf").read_text("utf-8")
    names = [
        line.partition("=")[2].partition(":")[0] for line in text.splitlines() if line.startswith("LoadCredential")
    ]
    assert {name.removeprefix("onapi_") for name in names if name.startswith("onapi_")} <= set(Settings.model_fields)
    assert "ONAPI_KEY_RING=%d/ring" in text
    assert "ring" in names


def test_systemd_finds_nothing_wrong(unit: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd here")
    copy = tmp_path / unit.name.replace("@.", "@1.")
    copy.write_text(unit.read_text("utf-8").replace("/opt/onapi/bin/onapi", shutil.which("true") or ""), "utf-8")
    if unit.name == "onapi.service":
        shutil.copytree(SYSTEMD / "onapi.service.d", tmp_path / "onapi.service.d")
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True, check=False)
    assert not [line for line in done.stderr.splitlines() if str(tmp_path) in line or line.startswith("onapi")], (
        done.stderr
    )


def test_systemd_finds_little_exposed(unit: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd here")
    folder = tmp_path / "etc" / "systemd" / "system"
    folder.mkdir(parents=True)
    name = unit.name.replace("@.", "@1.")
    shutil.copy(unit, folder / name)
    command = [
        "systemd-analyze",
        "security",
        "--offline=true",
        f"--root={tmp_path}",
        "--threshold=20",
        "--no-pager",
        name,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "Unknown option" in done.stderr or "unrecognized option" in done.stderr:
        pytest.skip("an older systemd")
    assert done.returncode == 0, done.stdout[-800:] + done.stderr
