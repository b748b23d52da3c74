"""The wheel holds all that runs, and runs as its unit runs it: elsewhere, walled in, stopped by a signal."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import httpx2
import pytest
from PIL import Image

from onapi.settings import CLIENT_ID, DEMO_PASSWORD, DEMO_RUC, DEMO_USERNAME

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BASE = "/integrator/api/v1/integrator"
STOP_S = 45  # TimeoutStopSec of the units; see test_units.py
NOT_SHIPPED = {"__pycache__"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("onapi-*.whl"))


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    package = ROOT / "src" / "onapi"
    wanted = {
        f"onapi/{path.relative_to(package).as_posix()}"
        for path in package.rglob("*")
        if path.is_file() and not NOT_SHIPPED & set(path.parts)
    }
    held = set(ZipFile(wheel).namelist())
    assert wanted <= held, sorted(wanted - held)
    assert not [name for name in held if not name.startswith(("onapi/", "onapi-"))]


@dataclass
class Installed:
    """The program, running."""

    process: "subprocess.Popen[bytes]"
    home: Path
    address: str
    walled: bool

    def call(self, method: str, path: str, token: str = "", **more: object) -> httpx2.Response:
        """Call an operation."""
        head = {"Authorization": f"Bearer {token}"} if token else {}
        with httpx2.Client(base_url=self.address, timeout=60, trust_env=False) as http:
            return http.request(method, path, headers=head, **more)  # type: ignore[arg-type]  # as given

    def children(self) -> list[int]:
        """Processes that it has started."""
        me = self.process.pid
        return [int(each) for each in Path(f"/proc/{me}/task/{me}/children").read_text("ascii").split()]


def own_space() -> list[str] | None:
    """The command before a command that gives it mounts of its own; None where this machine lets nobody have them."""
    command = ["unshare", "--user", "--map-root-user", "--mount", "--propagation", "private"]
    if shutil.which("unshare") is None:
        return None
    can = subprocess.run([*command, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False)
    return command if can.returncode == 0 else None


def free_ports() -> list[int]:
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """The wheel unpacked outside of the repository, serving the demo's company."""
    folder = tmp_path_factory.mktemp("opt")
    site, home, temporary = (folder / name for name in ("site", "home", "tmp"))
    ZipFile(wheel).extractall(site)
    for each in (home, temporary):
        each.mkdir()
    port, simulator = free_ports()
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(site),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(temporary),
        "ONAPI_HOME": str(home),
        "ONAPI_PORT": str(port),
        "ONAPI_SIMULATOR_PORT": str(simulator),
    }
    where = [sys.executable, "-P", "-c", "import onapi; print(onapi.__file__)"]
    told = subprocess.run(where, cwd="/", env=environment, check=True, capture_output=True, text=True).stdout
    assert told.startswith(str(site)), told
    command = [sys.executable, "-P", "-m", "onapi", "serve", "--demo"]
    space = own_space()
    if space:
        command = [*space, sys.executable, str(HERE / "walled_program.py"), str(home), str(temporary), *command]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd="/", env=environment, stderr=log, stdout=log)
    found = Installed(process, home, f"http://127.0.0.1:{port}", walled=space is not None)
    try:
        wait_until_ready(found, folder / "log")
        yield found
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def wait_until_ready(found: Installed, log: Path) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        assert found.process.poll() is None, log.read_text("utf-8")[-3000:]
        try:
            if found.call("GET", "/readyz").status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.2)
    raise AssertionError(log.read_text("utf-8")[-3000:])


@pytest.mark.slow
def test_the_installed_program_does_its_work_within_its_walls(installed: Installed) -> None:
    login = {"clientId": CLIENT_ID, "username": DEMO_USERNAME, "password": DEMO_PASSWORD}
    token = installed.call("POST", f"{BASE}/authenticate", json=login).json()["token"]
    document = {
        "serie": "F001",
        "client": {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE DE PRUEBA S.A.C."},
        "details": [{"cantidad": 2, "descripcion": "Teclado mecánico", "mtoValorUnitario": 100}],
    }
    body = {"ruc": DEMO_RUC, "doctype": "01", "document": document, "options": {"wait": 50}}
    sent = installed.call("POST", f"{BASE}/sendMessage", token, json=body)
    assert sent.json()["status"] == "ACCEPTED", sent.text
    record = sent.json()
    tail = f"{DEMO_RUC}/01/{record['serie']}/{record['number']}"
    assert installed.call("GET", f"{BASE}/pdf/{tail}?format=pdf", token).content.startswith(b"%PDF")
    assert installed.call("GET", "/docs").status_code == 200
    _put_logo(installed, token)
    _look_at_walls(installed)


def _put_logo(installed: Installed, token: str) -> None:
    """A cell opens it: a process of its own that an ordinary user starts."""
    out = BytesIO()
    Image.new("RGB", (80, 60), (29, 78, 216)).save(out, "PNG")
    body = {"logo": b64encode(out.getvalue()).decode()}
    answer = installed.call("PUT", f"{BASE}/admin/companies/{DEMO_RUC}/logo", token, json=body)
    assert answer.status_code == 200, answer.text


def _look_at_walls(installed: Installed) -> None:
    if not installed.walled:
        pytest.skip("no file system of our own on this machine: run without walls")
    status = Path(f"/proc/{installed.process.pid}/status").read_text("ascii")
    told = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert told["NoNewPrivs"] == "1"
    assert int(told["CapEff"], 16) == 0
    assert Path(f"/proc/{installed.process.pid}/uid_map").read_text("ascii").split()[0] == "65534"
    mounts = Path(f"/proc/{installed.process.pid}/mountinfo").read_text("ascii").splitlines()
    root = next(line.split() for line in mounts if line.split()[4] == "/")
    assert "ro" in root[5].split(",")
    keys = installed.home / "keys"
    assert {path.stat().st_mode & 0o077 for path in (keys, *keys.iterdir())} == {0}


@pytest.mark.slow
def test_it_stops_in_order_when_it_is_told_to(installed: Installed) -> None:
    children = installed.children()
    assert children
    began = time.monotonic()
    installed.process.send_signal(signal.SIGTERM)
    assert installed.process.wait(STOP_S) == 0
    assert time.monotonic() - began < STOP_S
    assert not [each for each in children if Path(f"/proc/{each}").exists()]
