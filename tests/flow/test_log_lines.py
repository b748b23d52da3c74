"""Lines of log are JSON, bear the names of what they are about, and no secret leaves in them."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from onapi.engine import Work
from onapi.flows.name_work import named_in_log
from onapi.main import set_up_logs

CANARY = "CANARIO7q2"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """What goes to standard error, once logs are set up as a process does it."""
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    engine = logging.getLogger("dbos")
    of_engine, passes_on = engine.handlers[:], engine.propagate
    root.handlers[:] = []
    set_up_logs("INFO")
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers[:] = before
    root.setLevel(level)
    engine.handlers[:], engine.propagate = of_engine, passes_on
    structlog.reset_defaults()


def test_a_line_names_request_company_and_moment(lines: Lines) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        structlog.get_logger("a").warning("something", document="20000000001-01-F001-1")
    line = lines()[0]
    assert (line["event"], line["level"], line["request_id"]) == ("something", "warning", "r1")
    assert line["document"] == "20000000001-01-F001-1"
    assert line["timestamp"].endswith("Z")


def test_work_names_its_document_and_company_in_every_line(lines: Lines) -> None:
    work = Work("cpe:sandbox:20000000001:01:F001-1:1", "sandbox", "20000000001", "s", 1)
    named_in_log(lambda _work: structlog.get_logger("a").info("sent"))(work)
    structlog.get_logger("a").info("after")
    first, second = lines()
    assert (first["work"], first["ruc"]) == (work.key, work.ruc)
    assert "work" not in second


def test_libraries_write_json_too(lines: Lines) -> None:
    logging.getLogger("dbos").warning("trouble with %s", f"postgresql://u:{CANARY}@host/db")
    line = lines()[0]
    assert (line["logger"], line["level"]) == ("dbos", "warning")
    assert line["event"] == "trouble with postgresql://u:[redacted]@host/db"


@pytest.mark.parametrize(
    "said",
    [
        {"password": CANARY},
        {"sol_password": CANARY},
        {"words": f"Authorization: Bearer {CANARY}"},
        {"words": f'{{"clave": "{CANARY}"}}'},
        {"words": f"client_secret={CANARY}&x=1"},
        {"words": f"<wsse:Password Type='x'>{CANARY}</wsse:Password>"},
        {"words": f"eyJhbGciOiJ9.{CANARY}.{CANARY}"},
        {"words": f"-----BEGIN PRIVATE KEY-----\n{CANARY}\n-----END PRIVATE KEY-----"},
        {"what": {"deep": [{"token": CANARY}, f"token: {CANARY}"]}},
        {"body": CANARY, "headers": {"cookie": CANARY}},
    ],
)
def test_no_secret_leaves(lines: Lines, said: dict[str, Any]) -> None:
    structlog.get_logger("a").error("failed", **said)
    assert CANARY not in json.dumps(lines())


def test_no_secret_leaves_in_a_traceback(lines: Lines) -> None:
    try:
        int(f"password='{CANARY}'")
    except ValueError:
        structlog.get_logger("a").exception("failed")
    assert CANARY not in json.dumps(lines())
    assert "password=[redacted]" in lines()[0]["exception"]
