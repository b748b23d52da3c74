"""The page of the API, drawn by a browser: the script runs, reads our document and shows every operation."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from api_stack import Stack

BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not BROWSER, reason="no Chromium here")]


@pytest.fixture(scope="module")
def drawn(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page's elements once its script has run."""
    profile = tmp_path_factory.mktemp("chromium")
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"]
    options += ["--virtual-time-budget=20000", "--dump-dom", f"{str(stack.http.base_url).rstrip('/')}/docs"]
    done = subprocess.run([BROWSER, *options], capture_output=True, text=True, timeout=120, check=False)
    (Path(profile) / "page.html").write_text(done.stdout, "utf-8")
    return done.stdout


def test_every_operation_is_in_the_list(stack: Stack, drawn: str) -> None:
    told = stack.http.get("/openapi.json").json()
    shown = re.sub(r"<[^>]+>", " ", drawn)
    assert "OpenAPI 3.1" in shown
    for name in (tag["name"] for tag in told["tags"]):
        assert name in shown, name
    summaries = [operation["summary"] for methods in told["paths"].values() for operation in methods.values()]
    assert [summary for summary in summaries if summary not in shown] == []


def test_nothing_is_asked_of_the_outside(drawn: str) -> None:
    asked = re.findall(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="((?:https?:)?//[^"]+)"', drawn)
    assert asked == []
