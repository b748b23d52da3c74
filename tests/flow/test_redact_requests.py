"""What may be written of a request: known names with known values, receipts by their vocabulary, no secret anywhere."""

import hashlib
import json
import time
from base64 import b64encode
from typing import Any

import pytest

from onapi.flows.redact_bodies import MOST_READ, MOST_SHOWN, Sort, shown_body
from onapi.flows.redact_requests import HIDDEN, shown_headers, shown_path, shown_query

CANARY = "CANARIO9f3b7c"
KNOWN = frozenset({"integrator", "api", "v1", "ngr", "log"})
START = "/integrator/api/v1"


def body_of(value: object, sort: Sort = Sort.RECEIPT) -> Any:
    """What is shown of a JSON body."""
    data = json.dumps(value).encode()
    return shown_body(sort, "application/json", data, len(data))[0]


def test_known_headers_are_kept_and_others_counted() -> None:
    headers = [
        (b"Content-Type", b"application/json; charset=CANARIO"),
        (b"accept", b"application/json, canario/canario;q=0.1, */*;q=0.5"),
        (b"user-agent", b"python-httpx/0.27 (CANARIO)"),
        (b"authorization", b"Bearer CANARIO"),
        (b"cookie", b"CANARIO=1"),
        (b"x-odd-CANARIO", b"CANARIO"),
        (b"x-other", b"1"),
        (b"content-length", b"12CANARIO"),
    ]
    assert shown_headers(headers) == {
        "content-type": "application/json",
        "accept": "application/json, */*",
        "user-agent": "python-httpx/0.27",
        "authorization": HIDDEN,
        "cookie": HIDDEN,
        "content-length": HIDDEN,
        HIDDEN: 2,
    }


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        (b"", ""),
        (b"wait=20&include=xml,history", "wait=20&include=xml,history"),
        (b"wait=CANARIO&status=ACCEPTED,HELD", "wait=[redacted]&status=[redacted]"),
        (b"CANARIO=1&CANARIO&format=pdf", "format=pdf&[redacted]=2"),
        (b"pathContains=CANARIO&since=2026-11-20T10%3A15%3A00-05%3A00",
         "pathContains=[redacted]&since=2026-11-20T10:15:00-05:00"),
        (b"&".join([b"a=1"] * 100), HIDDEN),
        (b"\xff%ff%00=%00", "[redacted]=1"),
    ],
)  # fmt: skip
def test_a_query_shows_known_names_with_fitting_values(query: bytes, shown: str) -> None:
    assert shown_query(query) == shown


@pytest.mark.parametrize(
    ("path", "route", "shown"),
    [
        (f"{START}/integrator/ngr/20000000001/01/F001/7", "/integrator/ngr/{ruc}/{doctype}/{serie}/{number}",
         f"{START}/integrator/ngr/20000000001/01/F001/7"),
        (f"{START}/integrator/ngr/{CANARY}/01/{CANARY}/7", "/integrator/ngr/{ruc}/{doctype}/{serie}/{number}",
         f"{START}/integrator/ngr/{HIDDEN}/01/{HIDDEN}/7"),
        (f"/files/{CANARY}", "/files/{token}", f"/{HIDDEN}/{HIDDEN}"),
        (f"{START}/integrator/{CANARY}", None, f"{START}/integrator/{HIDDEN}"),
        ("/", None, "/"),
        ("/" + "a/" * 40, None, "/" + "/".join([HIDDEN] * 16)),
    ],
)  # fmt: skip
def test_a_path_shows_known_words_and_fitting_parameters(path: str, route: str | None, shown: str) -> None:
    assert shown_path(path, route, KNOWN) == shown


def test_a_receipt_is_kept_and_what_it_should_not_have_is_not() -> None:
    receipt = {
        "ruc": "20000000001",
        "document": {
            "client": {"rznSocial": "ANA S.A.C.", "claveSol": CANARY},
            "details": [{"cantidad": 2, "x": CANARY}],
        },
        "password": CANARY,
        CANARY: 1,
    }
    assert body_of(receipt) == {
        "ruc": "20000000001",
        "document": {"client": {"rznSocial": "ANA S.A.C.", HIDDEN: 1}, "details": [{"cantidad": 2, HIDDEN: 1}]},
        "password": HIDDEN,
        HIDDEN: 1,
    }


def test_of_another_body_little_is_kept() -> None:
    body = {
        "ruc": "20000000001",
        "reason": "Error",
        "client": {"rznSocial": CANARY},
        "emails": [CANARY],
        "token": CANARY,
    }
    assert body_of(body, Sort.ORDINARY) == {"ruc": "20000000001", "reason": "Error", "token": HIDDEN, HIDDEN: 2}


@pytest.mark.parametrize(
    "secret",
    [
        "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIx.c2ln",
        "-----BEGIN PRIVATE KEY-----",
        "Authorization: Bearer abcdefgh12345",
        "whsec_abc",
    ],
)
def test_what_looks_like_a_secret_is_hidden_also_in_a_receipt(secret: str) -> None:
    assert body_of({"document": {"observacion": f"nota {secret}"}}) == {"document": {"observacion": HIDDEN}}


def test_a_file_is_told_by_size_and_digest() -> None:
    data = bytes(range(256))
    told = f"[base64 256 bytes sha256:{hashlib.sha256(data).hexdigest()}]"
    for text in (b64encode(data).decode(), "data:application/pdf;base64," + b64encode(data).decode()):
        assert body_of({"xml": text}) == {"xml": told}
    assert body_of({"xml": "A" * 256}) == {"xml": "A" * 256}


@pytest.mark.parametrize(
    ("media", "data", "shown"),
    [
        ("application/json", b'{"ruc": "' + CANARY.encode(), "[unreadable JSON, 22 bytes]"),
        ("application/json", b'"' + CANARY.encode() + b'"', HIDDEN),
        ("application/json", b"[" * 20_000, "[unreadable JSON, 20000 bytes]"),
        ("application/json", b"\xff\xfe", "[unreadable JSON, 2 bytes]"),
        ("", b"CANARIO", f"[unknown, 7 bytes sha256:{hashlib.sha256(b'CANARIO').hexdigest()}]"),
        ("text/plain", f"OP|1|03\n{CANARY}\nIT|1".encode(), f"OP|1|03\n{HIDDEN}\nIT|1"),
    ],
)
def test_what_is_no_receipt_is_not_shown(media: str, data: bytes, shown: str) -> None:
    assert shown_body(Sort.RECEIPT, media, data, len(data))[0] == shown


def test_multipart_and_xml_are_told_by_size_and_digest() -> None:
    for media in ("multipart/form-data", "application/xml", "application/zip"):
        told, cut = shown_body(Sort.ORDINARY, media, CANARY.encode(), len(CANARY))
        assert told == f"[{media}, 13 bytes sha256:{hashlib.sha256(CANARY.encode()).hexdigest()}]"
        assert cut


def test_bodies_of_some_operations_are_never_looked_at() -> None:
    assert shown_body(Sort.NEVER, "application/json", b"", 0) == (None, False)
    assert shown_body(Sort.NEVER, "application/json", b'{"ruc": "1"}', 12) == ("[12 bytes, not recorded]", True)


def test_a_long_body_is_cut_after_it_was_redacted() -> None:
    lines = [{"descripcion": "ñ" * 40, "password": CANARY, "clave2": CANARY} for _ in range(300)]
    data = json.dumps({"document": {"details": lines}}, ensure_ascii=False).encode()
    assert len(data) < MOST_READ
    text, cut = shown_body(Sort.RECEIPT, "application/json", data, len(data))
    assert cut
    assert isinstance(text, str)
    assert MOST_SHOWN - 2 <= len(text.encode()) <= MOST_SHOWN
    assert CANARY not in text


def test_what_came_by_half_is_not_shown_at_all() -> None:
    assert shown_body(Sort.RECEIPT, "application/json", b'{"ruc"', 70_000) == ("[application/json, 70000 bytes]", True)


@pytest.mark.parametrize("text", ["eyJ" * 20_000, " " * 60_000 + "!", "A" * 60_000 + "!", "a=" * 30_000])
def test_no_text_takes_long_to_judge(text: str) -> None:
    began = time.thread_time()
    body_of({"document": {"observacion": text}})
    assert time.thread_time() - began < 0.2


def test_odd_characters_can_be_kept_everywhere() -> None:
    shown = body_of({"document": {"observacion": "a\0b\ud800c"}})
    assert shown == {"document": {"observacion": "ab?c"}}
