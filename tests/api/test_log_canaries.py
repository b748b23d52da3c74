"""S09: whatever is said to any operation, no canary is in the log's store, its answer or the lines of log."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api_stack import PASSWORD, RUC, Stack

CANARY = "CANARIO7q2"
SECRETS = ("password", "clave", "claveSol", "secret", "token", "refreshToken", "certificate", "wsq", "image", "audio")
LONG = CANARY * 40  # as base64 it is longer than what is kept
GIVEN_PATHS = {"ruc": RUC, "doctype": "01", "serie": "F001", "number": "1", "limit": "1"}


def operations(stack: Stack) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation, its path filled in the usual way and with canaries."""
    document = stack.http.get("/openapi.json").json()
    for path, methods in document["paths"].items():
        names = re.findall(r"{(\w+)}", path)
        for method, told in methods.items():
            yield method.upper(), path.format_map({name: GIVEN_PATHS.get(name, "1") for name in names}), told
            if names:
                yield method.upper(), path.format_map(dict.fromkeys(names, CANARY)), told


def bodies(told: dict[str, Any]) -> Iterator[tuple[str, bytes | str]]:
    """A body in each way it may come, all with canaries where no canary belongs."""
    shown = [
        example
        for media in told.get("requestBody", {}).get("content", {}).values()
        for example in (
            *(each["value"] for each in media.get("examples", {}).values()),
            *([media["example"]] if "example" in media else []),
        )
    ]
    nested = {name: {"x": [CANARY, {name: CANARY}]} for name in SECRETS}
    known = next((each for each in shown if isinstance(each, dict)), {"ruc": RUC})
    document = {**known.get("document", {}), **nested, "company": {"claveSol": CANARY}, "adjunto": LONG}
    for body in (
        {**known, **dict.fromkeys(SECRETS, CANARY), "otra": CANARY, CANARY: 1, "xml": LONG},
        {**known, "document": document},
        [CANARY, {"password": CANARY}],
        CANARY,
    ):
        yield "application/json", json.dumps(body)
        yield "text/plain", json.dumps(body)
        yield "application/x-canario", json.dumps(body)
    yield "application/json", json.dumps({**known, "password": CANARY})[:-2]
    yield "application/json; charset=" + CANARY, b"\xff" + CANARY.encode()
    yield "application/x-www-form-urlencoded", f"username=a&password={CANARY}&refreshToken={CANARY}"
    yield (
        "multipart/form-data; boundary=CC",
        f'--CC\r\nContent-Disposition: form-data; name="{CANARY}"; filename="{CANARY}"\r\n\r\n{CANARY}\r\n--CC--\r\n',
    )
    yield "application/xml", f"<a>{CANARY}</a>"
    yield "multipart/form-data; boundary=CC", _form("xml", "certificate", "logo", "file", "password", "options")
    yield "multipart/form-data; boundary=CC", _form("xml", "certificate", "logo", "file")[:-20]
    yield f"multipart/form-data; boundary={CANARY}", f"--{CANARY}\r\n{CANARY}"
    yield "application/json", '{"a":' * 40 + f'"{CANARY}"' + "}" * 40
    yield "application/json", f'{{"{CANARY}": 1, "{CANARY}": 2}}'
    yield "application/json", json.dumps({**known, **{name: [CANARY] for name in SECRETS}})
    yield "application/json", json.dumps({**known, "sol": CANARY, "clientSecret": CANARY, "xml": CANARY * 2000})


def _form(*names: str) -> str:
    """A form with a canary in each part: as its content, its file's name and a header of its own."""
    parts = "".join(
        f'--CC\r\nContent-Disposition: form-data; name="{name}"; filename="{CANARY}.xml"\r\n'
        f"X-{CANARY}: {CANARY}\r\n\r\n{CANARY}\r\n"
        for name in names
    )
    return f"{parts}--CC--\r\n"


HEADERS = {
    "Cookie": f"a={CANARY}",
    "User-Agent": f"{CANARY}/1.0 ({CANARY})",
    "Accept-Language": CANARY,
    "X-Api-Key": CANARY,
    f"X-{CANARY}": CANARY,
    "Referer": f"http://{CANARY}.example/",
    "Proxy-Authorization": f"Basic {CANARY}",
    "X-Forwarded-For": CANARY,
}
QUERY = {"password": CANARY, CANARY: CANARY, "wait": CANARY, "status": CANARY, "include": CANARY, "token": CANARY}


def _signed_in(stack: Stack) -> str:
    """A token of a user that no other test has a session of."""
    return str(stack.login("dos@onapi.local", PASSWORD)["token"])


@pytest.fixture(scope="module")
def spoken(stack: Stack) -> int:
    """Everything said to everything, with a good token and with a canary for one; how many requests it took."""
    many = 0
    stack.log.clear()
    for method, path, told in operations(stack):
        ways: list[tuple[str, bytes | str | None]] = [("", None)]
        if method in {"POST", "PUT", "PATCH", "DELETE"}:
            ways = [*bodies(told)]
        good = _signed_in(stack)  # again each time: one of the operations ends every session
        for bearer in (good, f"{CANARY}.{CANARY}.{CANARY}"):
            for media, body in ways:
                head = {**HEADERS, "Authorization": f"Bearer {bearer}", **({"Content-Type": media} if media else {})}
                stack.http.request(method, path, params=QUERY, headers=head, content=body)
                many += 1
    for path in (f"/{CANARY}", f"/files/{CANARY}", f"/integrator/api/v1/integrator/authenticate/{CANARY}"):
        stack.http.post(path, json={"password": CANARY}, headers=HEADERS)
        many += 1
    return many


def test_no_canary_is_in_the_store(stack: Stack, spoken: int) -> None:
    stack.call("GET", "log/1", token=_signed_in(stack))  # until all is written
    files = [file for file in (stack.home / "requests").iterdir() if file.is_file()]
    assert sum(file.stat().st_size for file in files) > 50_000
    assert not [file.name for file in files if _has_canary(file)]
    assert spoken > 100


def test_no_canary_is_in_the_answer(stack: Stack, spoken: int) -> None:
    answer = stack.call("GET", "log/1000", token=_signed_in(stack))
    assert answer.json()["count"] >= min(1000, spoken // 3)
    assert CANARY not in answer.text
    for item in answer.json()["items"]:
        assert len(json.dumps(item["body"], ensure_ascii=False, separators=(",", ":")).encode()) <= 8 * 1024 * 2
        if "/authenticate" in item["path"] or "/refresh-token" in item["path"]:
            assert item["body"] is None or "not recorded" in item["body"]


@pytest.mark.usefixtures("spoken")
def test_nothing_of_it_is_another_companys(stack: Stack) -> None:
    mine = stack.login("ajeno@onapi.local", PASSWORD)
    answer = stack.call("GET", "log/1000", token=str(mine["token"]))
    assert answer.status_code == 200
    assert not [item for item in answer.json()["items"] if item.get("ruc") == RUC]


@pytest.mark.usefixtures("spoken")
def test_no_canary_is_in_the_lines_of_log(stack: Stack) -> None:
    assert CANARY not in repr(stack.log)


@pytest.mark.usefixtures("spoken")
def test_nothing_was_dropped(stack: Stack) -> None:
    page = stack.http.get("/metrics").text
    assert "onapi_request_log_dropped_total 0.0" in page


def _has_canary(file: Path) -> bool:
    data = file.read_bytes()
    return CANARY.encode() in data or CANARY.encode("utf-16-le") in data or CANARY.encode().hex().encode() in data
