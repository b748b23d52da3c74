"""Meta's news: whose they are, what they say, and that nothing in them breaks the reader."""

import hmac
import json
import random
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from onapi.errors import Unreadable
from onapi.gateways.channels.whatsapp_news import Bulletin, News, is_signed, read_bulletin
from onapi.gateways.channels.whatsapp_parts import Mark
from onapi.intake import read_json
from onapi.lifecycle.standing import Standing

SECRET = "un secreto"
AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ID, MARK = "wamid.HBgLNTE5ODc2NTQzMjE=", "onapi:20000000001:f2b7e9a0-4c55:2/3"


def status(standing: str = "delivered", **more: Any) -> dict[str, Any]:
    """One, as Meta says it."""
    told = {"id": ID, "status": standing, "timestamp": str(int(AT.timestamp())), "recipient_id": "51987654321"}
    return {**told, "conversation": {"id": "c"}, "pricing": {"billable": True}, **more}


def body(*statuses: Any, **value: Any) -> dict[str, Any]:
    """A call's."""
    metadata = {"display_phone_number": "51900000000", "phone_number_id": "1"}
    said = {"messaging_product": "whatsapp", "metadata": metadata, **({"statuses": list(statuses)} if statuses else {})}
    entry = {"id": "2", "changes": [{"value": {**said, **value}, "field": "messages"}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def test_each_standing() -> None:
    said = {"sent": "SENT", "delivered": "DELIVERED", "read": "READ", "played": "READ", "failed": "FAILED"}
    for standing, ours in said.items():
        (found,) = read_bulletin(body(status(standing))).news
        assert (found.provider_id, found.standing, found.at) == (ID, Standing(ours), AT)


def test_a_mark_comes_back() -> None:
    (found,) = read_bulletin(body(status(biz_opaque_callback_data=MARK))).news
    assert found.mark == Mark("20000000001", "f2b7e9a0-4c55", 2, 3)


@pytest.mark.parametrize("mark", ["", "x", MARK + "\n", MARK + "0" * 600, "onapi:2:x:1/1", "onapi::x:0/1", 7, None, []])
def test_a_foreign_mark_is_none(mark: object) -> None:
    assert read_bulletin(body(status(biz_opaque_callback_data=mark))).news[0].mark is None


def test_why_it_failed_in_spanish_and_without_a_phone() -> None:
    error = {"code": 131047, "title": "Re-engagement", "error_data": {"details": "to +51987654321\nmore than 24 h"}}
    (found,) = read_bulletin(body(status("failed", errors=[error]))).news
    assert found.code == "131047"
    assert "plantilla aprobada" in found.words
    assert found.words.endswith("(Meta: to ••• more than 24 h)")


@pytest.mark.parametrize("errors", [None, [], {}, [None], [{"code": "x"}], [{"code": True}], [{"code": -1}], [{}], 7])
def test_a_failure_without_a_readable_cause_is_one(errors: object) -> None:
    (found,) = read_bulletin(body(status("failed", errors=errors))).news
    assert (found.standing, found.code) == (Standing.FAILED, "")
    assert found.words


def test_a_batch_comes_oldest_first_and_each_once() -> None:
    later = str(int(AT.timestamp()) + 5)
    said = body(status("read", timestamp=later), status("sent"), status("sent"), status("delivered", id="wamid.b"))
    found = read_bulletin({**said, "entry": said["entry"] * 2})
    assert [(each.provider_id, each.standing) for each in found.news] == [
        (ID, Standing.SENT),
        ("wamid.b", Standing.DELIVERED),
        (ID, Standing.READ),
    ]


@pytest.mark.parametrize("when", [None, "", "x", "-1", "9" * 12, 1.5, True, [], "1e9", " 1"])
def test_a_moment_that_is_none(when: object) -> None:
    assert read_bulletin(body(status(timestamp=when))).news[0].at is None


def test_what_is_no_news_is_counted() -> None:
    written = body(messages=[{"from": "51987654321", "text": {"body": "hola"}}])
    odd = body(status("deleted"), status(id=None), status(id="a b"), status(id="x" * 256), 7, None, [])
    assert read_bulletin(written) == Bulletin((), 1)
    assert read_bulletin(odd) == Bulletin((), 7)
    for said in ({}, {"object": "page"}, [], "x", None, 7):
        assert read_bulletin(said) == Bulletin((), 1)
    many = body(*(status(id=f"wamid.{number}") for number in range(3100)))
    assert (len(read_bulletin(many).news), read_bulletin(many).ignored) == (3000, 100)


def test_a_signature() -> None:
    said = b'{"a": 1}'
    good = "sha256=" + hmac.new(SECRET.encode(), said, sha256).hexdigest()
    assert is_signed(said, good, SECRET)
    assert not is_signed(said + b" ", good, SECRET)
    assert not is_signed(said, good, "otro")
    assert not is_signed(said, "sha256=" + hmac.new(b"", said, sha256).hexdigest(), "")
    for bad in (
        "",
        good[:-1],
        good.upper(),
        good.replace("sha256", "sha1"),
        f" {good}",
        good[7:],
        good + "\n",
        "ñ" * 71,
    ):
        assert not is_signed(said, bad, SECRET)


def test_ten_thousand_mutated_bodies_give_news_or_a_known_error() -> None:
    seed = json.dumps(body(status("failed", errors=[{"code": 131047, "title": "t"}], biz_opaque_callback_data=MARK)))
    dice = random.Random(20261120)  # noqa: S311  no secret
    words = ['"', "{", "}", "[", "]", "null", "1e999", "-1", "\\u0000", "\\ud800", ",", ":", "true", "NaN", "9" * 50]
    readable = 0
    for _ in range(10_000):
        text = seed
        for _ in range(dice.randint(1, 4)):
            at = dice.randrange(len(text))
            text = (
                text[:at] + dice.choice([*words, "", chr(dice.randrange(32, 0x2FF))]) + text[at + dice.randint(0, 6) :]
            )
        try:
            found = read_bulletin(read_json(text.encode("utf-8", "surrogatepass")))
        except Unreadable:
            continue
        readable += 1
        assert all(
            isinstance(each, News) and each.provider_id.isascii() and each.words.isprintable() for each in found.news
        )
    assert readable > 2_000
