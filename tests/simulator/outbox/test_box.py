"""The box: bounded, filtered, shown by HTTP and by the command line, and inert whatever was sent."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from onapi.simulator.outbox import MAIL, Content, Message, Outbox

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


def message(turn: int = 0, **how: Any) -> Message:
    return Message(MAIL, MAIL, NOW + timedelta(minutes=turn), "a@b.example", (f"r{turn}@c.example",), **how)


def test_the_oldest_go_when_there_are_too_many(tmp_path: Path) -> None:
    box = Outbox(tmp_path / "box", most=5)
    for turn in range(12):
        box.put(message(turn), b"x")
    assert [each.id for each in box.list()] == [12, 11, 10, 9, 8]
    assert box.raw(7) == b""
    box.close()


def test_the_oldest_go_when_they_weigh_too_much_but_never_the_last(tmp_path: Path) -> None:
    box = Outbox(tmp_path / "box", most_bytes=100)
    for size in (40, 40, 40):
        box.put(message(), b"x" * size)
    assert box.count() == 2
    box.put(message(), b"x" * 500)
    assert [each.size for each in box.list()] == [500]
    box.close()


def test_what_is_badly_encoded_is_kept(tmp_path: Path) -> None:
    box = Outbox(tmp_path / "box")
    odd = Content("\udcff.pdf", "a/\udcff", b"x").enclosure
    kept = box.put(message(subject="\udcff", text="\udcff\x00", provider_id="\udcff"), b"\xff", [(odd, "")])
    found = box.find(kept.id)
    assert found is not None
    assert (found.subject, found.files[0].name) == ("?", "?.pdf")
    box.close()


def test_two_processes_share_a_box(tmp_path: Path) -> None:
    first, second = Outbox(tmp_path / "box"), Outbox(tmp_path / "box")
    first.put(message(), b"x")
    second.put(message(1), b"y")
    assert [each.id for each in first.list()] == [each.id for each in second.list()] == [2, 1]
    first.close()
    second.close()


@pytest.fixture(scope="module")
def filled(sandbox: Any) -> Any:
    sandbox.http.delete("/_simulator/outbox")
    for turn in range(7):
        with sandbox.smtp() as smtp:
            text = f"Subject: 100%_{turn}\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>"
            smtp.sendmail("a@b.example", [f"r{turn}@c.example"], text)
    sandbox.send("51955000001")
    return sandbox


@pytest.mark.parametrize(
    ("filters", "many"),
    [
        ({}, 8),
        ({"channel": "email"}, 7),
        ({"channel": "whatsapp"}, 1),
        ({"to": "r3@"}, 1),
        ({"to": "51955000001"}, 1),
        ({"subject": "100%_"}, 7),
        ({"subject": "%"}, 7),
        ({"subject": "_5"}, 1),
        ({"subject": "100_"}, 0),
        ({"since": "2026-11-22T10:00:00-05:00"}, 8),
        ({"since": "2026-11-22T10:00:01-05:00"}, 0),
        ({"since": "ayer"}, 0),
        ({"standing": "read"}, 0),
    ],
)
def test_the_box_is_filtered(filled: Any, filters: dict[str, str], many: int) -> None:
    found = filled.http.get("/_simulator/outbox", params=filters).json()
    assert (len(found["messages"]), found["total"]) == (many, many)


def test_the_box_is_turned_page_by_page(filled: Any) -> None:
    seen, before = [], {}
    while True:
        page = filled.http.get("/_simulator/outbox", params={"limit": 3, **before}).json()
        seen += [each["id"] for each in page["messages"]]
        if page["nextBefore"] is None:
            break
        before = {"before": page["nextBefore"]}
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 8


@pytest.mark.parametrize(
    "filters", [{"channel": "sms"}, {"limit": "0"}, {"limit": "201"}, {"before": "x"}, {"limit": "٣"}, {"otro": "1"}]
)
def test_a_filter_that_makes_no_sense_is_told(filled: Any, filters: dict[str, str]) -> None:
    answer = filled.http.get("/_simulator/outbox", params=filters)
    assert answer.status_code == 422
    assert answer.json()["detail"].endswith(".")


def test_what_is_not_there_is_404_and_what_cannot_be_read_is_409(filled: Any) -> None:
    number = filled.box(channel="email")[0]["id"]
    for path in ("999999", "999999/raw", "999999/files/1", f"{number}/files/1", f"{number}/files/0"):
        assert filled.http.get(f"/_simulator/outbox/{path}").status_code == 404
    assert filled.http.delete("/_simulator/outbox/999999").status_code == 404
    assert filled.http.post("/_simulator/outbox/999999/read").status_code == 404
    assert filled.http.post(f"/_simulator/outbox/{number}/read").status_code == 409


def test_a_file_is_given_to_be_kept_and_never_to_be_run(sandbox: Any) -> None:
    with sandbox.smtp() as smtp:
        head = 'Content-Type: text/html\r\nContent-Disposition: attachment; filename="../a\\"b.html"'
        smtp.sendmail("a@b.example", ["inerte@c.example"], f"{head}\r\n\r\n<script>alert(1)</script>")
    number = sandbox.box(to="inerte@")[0]["id"]
    answer = sandbox.http.get(f"/_simulator/outbox/{number}/files/1")
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert "/" not in answer.headers["content-disposition"].partition("''")[2]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


def test_one_message_is_removed(sandbox: Any) -> None:
    sandbox.send("51955000002")
    number = sandbox.box(to="51955000002")[0]["id"]
    assert sandbox.http.delete(f"/_simulator/outbox/{number}").status_code == 204
    assert sandbox.box(to="51955000002") == []


def onapi(home: Path, *words: str) -> tuple[int, str]:
    """The command line on a house: exit status and what it says."""
    environment = {**os.environ, "ONAPI_HOME": str(home)}
    command = [sys.executable, "-m", "onapi", "outbox", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout


def test_the_command_line_lists_shows_and_saves(tmp_path: Path, run: Any) -> None:
    assert onapi(tmp_path) == (0, "")
    with run(tmp_path / "simulator.sqlite3") as sandbox:
        lines = [
            "Subject: Hola \x1b[2J",
            "Content-Type: multipart/mixed; boundary=a",
            "",
            "--a\r\n\r\nFirma\r\n--a",
            'Content-Disposition: attachment; filename="../../F001.pdf"\r\n\r\nuno\r\n--a',
            'Content-Disposition: attachment; filename="F001.pdf"\r\n\r\ndos\r\n--a--',
        ]
        with sandbox.smtp() as smtp:
            smtp.sendmail("a@b.example", ["ana@c.example"], "\r\n".join(lines))
        sandbox.send("51955000003")
        status, listed = onapi(tmp_path, "list", "--channel", "email")
        assert (status, len(listed.splitlines())) == (0, 1)
        assert "ana@c.example" in listed
        status, shown = onapi(tmp_path, "show", "1")
        assert status == 0
        assert "Firma" in shown
        assert "\x1b" not in listed + shown
    folder = tmp_path / "saved"
    assert onapi(tmp_path, "save", "1", str(folder))[0] == 0
    assert {each.name: each.read_bytes() for each in folder.glob("F*")} == {"F001.pdf": b"uno", "F001-1.pdf": b"dos"}
    assert (folder / "mensaje-1.eml").exists()
    assert onapi(tmp_path, "show", "9")[0] == 1
    assert onapi(tmp_path, "list", "--channel", "sms")[0] == 2
    assert onapi(tmp_path, "clear") == (0, "2 mensajes quitados\n")
