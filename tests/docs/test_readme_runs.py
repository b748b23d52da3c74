"""The README's first factura, run as it stands in a shell, against a demo of its own."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

README = (Path(__file__).parent.parent.parent / "README.md").read_text("utf-8")
FACTURA = next(
    block for block in re.findall(r"^```sh\n(.*?)^```$", README, re.DOTALL | re.MULTILINE) if "curl" in block
)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:  # noqa: S310  our own loopback address
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[str]:
    """The address of a demo that serves as long as the test lasts."""
    port = _free_port()
    ports = {"ONAPI_PORT": str(port), "ONAPI_SIMULATOR_PORT": str(_free_port()), "ONAPI_HOME": str(tmp_path / "home")}
    house = subprocess.Popen([sys.executable, "-m", "onapi", "serve", "--demo"], env={**os.environ, **ports})
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while not _is_ready(address) and time.monotonic() < deadline:
            time.sleep(0.1)
        yield address
    finally:
        house.terminate()
        house.wait(30)


@pytest.mark.skipif(not shutil.which("curl"), reason="the example needs curl, which this machine lacks")
def test_the_first_factura_of_the_readme_is_accepted(demo: str, tmp_path: Path) -> None:
    script = FACTURA.replace("http://127.0.0.1:8080", demo)
    assert script != FACTURA
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=90, check=True
    )
    sent, asked = (json.loads(part) for part in done.stdout.replace("}{", "}\n{").splitlines())
    assert (sent["status"], sent["name"]) == ("ACCEPTED", "20000000001-01-F001-500")
    assert asked["id"] == sent["id"]
    assert (tmp_path / "factura.pdf").read_bytes().startswith(b"%PDF-")


def test_the_library_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 1
    exec(compile(blocks[0], "README.md", "exec"), {})  # noqa: S102 - what a reader would do with it
    told = capsys.readouterr().out
    assert re.fullmatch(r"236\.00 \S{44}\nCLIENTE DE PRUEBA S\.A\.C\.\n", told)
