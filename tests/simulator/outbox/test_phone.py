"""The phone speaks as WhatsApp's Cloud API does: files, messages, refusals, and the news that follow, signed."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
from outbox_world import BEARER, NUMBER, Listener, listening, until

from onapi.api import BASE
from onapi.api.whatsapp_news import PATH
from onapi.settings import PHONE_NEWS
from onapi.simulator.phone.graph import graph_errors
from onapi.simulator.phone.media import TYPES
from onapi.simulator.receivers import receivers

PDF = b"%PDF-1.7\r\n" + bytes(range(256)) * 9
TEXT = {"type": "text", "text": {"body": "Señor: su factura ✓"}}


def template(*variables: str, name: str = "comprobante", media: str = "") -> dict[str, Any]:
    """A template message."""
    body = {"type": "body", "parameters": [{"type": "text", "text": each} for each in variables]}
    head = {"type": "header", "parameters": [{"type": "document", "document": {"id": media, "filename": "F.pdf"}}]}
    told = {"name": name, "language": {"code": "es"}, "components": [head, body] if media else [body]}
    return {"type": "template", "template": told}


def kept(sandbox: Any, answer: httpx2.Response) -> dict[str, Any]:
    """What the box has of a message that was taken."""
    assert answer.status_code == 200, answer.text
    sent_as = answer.json()["messages"][0]["id"]
    return next(each for each in sandbox.box(channel="whatsapp", limit=200) if each["providerId"] == sent_as)


def error_of(answer: httpx2.Response) -> tuple[int, int]:
    """HTTP status and code of a refusal, in the Graph API's shape."""
    error = answer.json()["error"]
    assert error["type"] == "OAuthException"
    assert error["message"].startswith(f"(#{error['code']}) ")
    assert error["fbtrace_id"]
    assert error["error_data"]["messaging_product"] == "whatsapp"
    assert error["error_data"]["details"]
    return answer.status_code, error["code"]


def test_a_document_is_read_back_whole_with_its_file(sandbox: Any) -> None:
    media = sandbox.upload(PDF, name="señor «1».pdf").json()["id"]
    document = {"id": media, "filename": "20000000001-01-F001-1.pdf", "caption": "Gracias por su compra ✓"}
    answer = sandbox.send("+51 987-654-321", type="document", document=document)
    assert answer.json()["contacts"] == [{"input": "+51 987-654-321", "wa_id": "51987654321"}]
    assert answer.json()["messages"][0]["id"].startswith("wamid.")
    found = kept(sandbox, answer)
    assert (found["kind"], found["to"], found["text"]) == ("document", ["+51987654321"], "Gracias por su compra ✓")
    assert [(each["name"], each["mediaType"]) for each in found["files"]] == [
        ("20000000001-01-F001-1.pdf", "application/pdf")
    ]
    assert sandbox.file(found["id"]) == PDF
    sandbox.wait(found["id"], "delivered")


def test_a_file_is_told_of_given_back_and_deleted(sandbox: Any) -> None:
    media = sandbox.upload(PDF).json()["id"]
    told = sandbox.http.get(f"/whatsapp/v23.0/{media}", headers=BEARER).json()
    assert (told["mime_type"], told["file_size"]) == ("application/pdf", len(PDF))
    assert sandbox.http.get(told["url"], headers=BEARER).content == PDF
    assert error_of(sandbox.http.get(told["url"])) == (401, 190)
    assert sandbox.http.delete(f"/whatsapp/v23.0/{media}", headers=BEARER).json() == {"success": True}
    assert error_of(sandbox.http.get(f"/whatsapp/v23.0/{media}", headers=BEARER)) == (400, 100)
    assert error_of(sandbox.send(type="document", document={"id": media})) == (400, 131009)


@pytest.mark.parametrize(
    "media_type", ["application/xml", "text/xml", "application/zip", "application/octet-stream", ""]
)
def test_a_file_of_another_type_is_refused_as_the_true_one_does(sandbox: Any, media_type: str) -> None:
    answer = sandbox.upload(PDF, media_type)
    assert error_of(answer) == (400, 100)
    assert all(each in answer.json()["error"]["error_data"]["details"] for each in TYPES)


def test_a_file_too_big_or_empty_is_refused(sandbox: Any) -> None:
    assert error_of(sandbox.upload(b"")) == (400, 131053)
    assert error_of(sandbox.upload(bytes(5 * 1024 * 1024 + 1), "image/png")) == (400, 131053)
    assert error_of(sandbox.upload(bytes(15 * 1024 * 1024))) == (400, 131053)


def test_a_template_with_a_document_is_taken(sandbox: Any) -> None:
    media = sandbox.upload(PDF).json()["id"]
    answer = sandbox.send(**template("Ana", "F001-1", media=media))
    assert answer.json()["messages"][0]["message_status"] == "accepted"
    found = kept(sandbox, answer)
    assert (found["subject"], found["text"]) == ("comprobante (es)", "Ana · F001-1")
    assert sandbox.file(found["id"]) == PDF


def test_a_link_and_a_picture_are_taken(sandbox: Any) -> None:
    link = kept(sandbox, sandbox.send(type="document", document={"link": "https://a.example/f/x", "filename": "F.pdf"}))
    assert link["details"]["link"] == "https://a.example/f/x"
    picture = sandbox.upload(b"\x89PNG", "image/png", "qr.png").json()["id"]
    found = kept(sandbox, sandbox.send(type="image", image={"id": picture, "caption": "QR"}))
    assert sandbox.file(found["id"]) == b"\x89PNG"


WRONG = [
    ({"messaging_product": "otro"}, 100),
    ({"to": None}, 131008),
    ({"to": ""}, 131008),
    ({"to": 51987654321}, 131009),
    ({"to": "ana@cliente.example"}, 131009),
    ({"to": "12345"}, 131009),
    ({"to": "٩٨٧٦٥٤٣٢١٠"}, 131009),
    ({"to": "9" * 16}, 131009),
    ({"recipient_type": "group"}, 131009),
    ({"type": "sticker2"}, 131051),
    ({"type": ["text"]}, 131051),
    ({"text": None}, 131008),
    ({"text": "hola"}, 131008),
    ({"text": {"body": ""}}, 131008),
    ({"text": {"body": 7}}, 131009),
    ({"text": {"body": "a" * 4097}}, 131009),
    ({"type": "document", "document": {}}, 131008),
    ({"type": "document", "document": {"id": "1", "link": "https://a.example"}}, 131008),
    ({"type": "document", "document": {"id": "123"}}, 131009),
    ({"type": "document", "document": {"link": "file:///etc/passwd"}}, 131009),
    ({"type": "document", "document": {"link": "https://a.example", "caption": "a" * 1025}}, 131009),
    ({"type": "template", "template": {"name": "a"}}, 131008),
    ({"type": "template", "template": {"name": "a", "language": {"code": "es"}, "components": 1}}, 132012),
    (
        {"type": "template", "template": {"name": "a", "language": {"code": "es"}, "components": [{"parameters": 1}]}},
        132012,
    ),
]


@pytest.mark.parametrize(("change", "code"), WRONG, ids=range(len(WRONG)))
def test_a_message_that_is_wrong_is_refused(sandbox: Any, change: dict[str, Any], code: int) -> None:
    body = {"messaging_product": "whatsapp", "to": "51987654321", **TEXT, **change}
    before = sandbox.http.get("/_simulator/outbox").json()["total"]
    assert error_of(sandbox.http.post(f"{NUMBER}/messages", headers=BEARER, json=body))[1] == code
    assert sandbox.http.get("/_simulator/outbox").json()["total"] == before


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"1", b"[" * 100_000])
def test_a_body_that_is_no_message_is_refused(sandbox: Any, body: bytes) -> None:
    for path in ("messages", "media"):
        assert error_of(sandbox.http.post(f"{NUMBER}/{path}", headers=BEARER, content=body)) == (400, 100)


FORMS = [
    ("multipart/form-data; boundary=a", b"--a\r\nContent-Disposition: form-data; name=file\r\n\r\nx"),
    ("multipart/form-data; boundary=a", b"--b--"),
    ("multipart/form-data", b"--a--"),
    ("multipart/form-data; boundary=a", b"--a\r\n\r\nx\r\n--a--\r\n"),
    ("multipart/form-data; boundary=a", b"--a\r\nContent-Disposition: form-data; name=x\r\n\r\nx\r\n" * 30 + b"--a--"),
]


@pytest.mark.parametrize(("kind", "body"), FORMS, ids=range(len(FORMS)))
def test_a_form_that_is_badly_made_is_refused(sandbox: Any, kind: str, body: bytes) -> None:
    headers = {**BEARER, "Content-Type": kind}
    assert error_of(sandbox.http.post(f"{NUMBER}/media", headers=headers, content=body)) == (400, 100)


@pytest.mark.parametrize("header", ["", "Bearer otro", "Bearer", "Basic onapi-sandbox-token", "Bearer ñ"])
def test_another_token_is_refused(sandbox: Any, header: str) -> None:
    headers = {"Authorization": header.encode()}
    for call in (("POST", f"{NUMBER}/messages"), ("POST", f"{NUMBER}/media"), ("GET", NUMBER)):
        assert error_of(sandbox.http.request(*call, headers=headers)) == (401, 190)


def test_another_number_or_version_is_refused(sandbox: Any) -> None:
    assert error_of(sandbox.http.post("/whatsapp/v23.0/7/messages", headers=BEARER, json={})) == (400, 100)
    assert error_of(sandbox.http.post(f"{NUMBER}/messages".replace("v23.0", "x"), headers=BEARER)) == (400, 100)
    assert sandbox.http.get(NUMBER, headers=BEARER).json()["display_phone_number"]


@pytest.mark.parametrize("code", sorted(set(graph_errors()) - {"0", "131047"}))
def test_each_error_can_be_had_at_once_and_later(sandbox: Any, listener: Listener, code: str) -> None:
    digits = code.zfill(6)
    answer = sandbox.send(f"51900{digits}")
    assert error_of(answer) == (graph_errors()[code].status, int(code))
    later = sandbox.send(f"51901{digits}")
    found = sandbox.wait(kept(sandbox, later)["id"], "failed")
    assert (found["code"], found["error"]) == (code, graph_errors()[code].title)
    until(lambda: listener.statuses(found["providerId"]) == ["failed"])
    told = next(each for value in listener.heard for each in value["statuses"] if each["id"] == found["providerId"])
    assert told["errors"][0]["code"] == int(code)


def test_outside_the_24_hours_only_a_template_goes(sandbox: Any) -> None:
    person = "51900131047"
    assert error_of(sandbox.send(person)) == (400, 131047)
    assert sandbox.send(person, **template("Ana")).status_code == 200
    assert sandbox.http.post(f"/_simulator/phone/{person}/messages", json={"text": "hola"}).status_code == 201
    assert sandbox.send(person).status_code == 200
    sandbox.http.put("/_simulator/clock", json={"offsetSeconds": 24 * 3600 + 1})
    assert error_of(sandbox.send(person)) == (400, 131047)
    sandbox.http.put("/_simulator/clock", json={"offsetSeconds": 0})


def test_a_strict_phone_takes_only_templates_from_strangers(sandbox: Any) -> None:
    sandbox.http.put("/_simulator/phone", json={"strict": True})
    found = sandbox.wait(kept(sandbox, sandbox.send("51911222333"))["id"], "failed")
    assert found["code"] == "131047"
    sandbox.wait(kept(sandbox, sandbox.send("51911222333", **template("Ana")))["id"], "delivered")
    sandbox.http.post("/_simulator/phone/51911222333/messages", json={"text": "hola"})
    sandbox.wait(kept(sandbox, sandbox.send("51911222333"))["id"], "delivered")
    sandbox.http.put("/_simulator/phone", json={"strict": False})


def test_only_approved_templates_go_once_there_are_some(sandbox: Any) -> None:
    assert error_of(sandbox.send(**template("Ana", name="no_existe_esta"))) == (404, 132001)
    sandbox.http.put("/_simulator/phone", json={"templates": [{"name": "a", "language": "es", "variables": 2}]})
    assert error_of(sandbox.send(**template("Ana"))) == (404, 132001)
    assert error_of(sandbox.send(**template("Ana", name="a"))) == (400, 132000)
    assert sandbox.send(**template("Ana", "F001-1", name="a")).status_code == 200
    sandbox.http.put("/_simulator/phone", json={"templates": None})
    assert sandbox.send(**template("Ana")).status_code == 200


def test_the_news_come_signed_in_order_with_our_own_mark(sandbox: Any, listener: Listener) -> None:
    found = kept(sandbox, sandbox.send(**TEXT, biz_opaque_callback_data="f2b7e9a0"))
    until(lambda: listener.statuses(found["providerId"]) == ["sent", "delivered"])
    told = [each for value in listener.heard for each in value["statuses"] if each["id"] == found["providerId"]]
    assert {each["recipient_id"] for each in told} == {"51987654321"}
    assert {each["biz_opaque_callback_data"] for each in told} == {"f2b7e9a0"}
    assert all(each["timestamp"].isdigit() for each in told)
    assert sandbox.http.post(f"/_simulator/outbox/{found['id']}/read").status_code == 202
    until(lambda: listener.statuses(found["providerId"]) == ["sent", "delivered", "read"])
    assert sandbox.one(found["id"])["status"] == "read"
    assert listener.forged == 0


@pytest.mark.parametrize(
    ("person", "told", "status"),
    [
        ("51902000001", ["sent", "delivered", "read"], "read"),
        ("51903000001", ["sent"], "sent"),
        ("51904000001", ["read", "delivered", "sent", "delivered", "sent"], "read"),
    ],
)
def test_magic_phones_tell_other_news(
    sandbox: Any, listener: Listener, person: str, told: list[str], status: str
) -> None:
    found = kept(sandbox, sandbox.send(person))
    until(lambda: len(listener.statuses(found["providerId"])) == len(told))
    assert sorted(listener.statuses(found["providerId"])) == sorted(told)
    sandbox.wait(found["id"], status)


def test_a_phone_signs_wrongly_once(sandbox: Any, listener: Listener) -> None:
    found = kept(sandbox, sandbox.send("51907000001"))
    until(lambda: listener.statuses(found["providerId"]) == ["delivered"])
    assert listener.forged == 1


def test_news_that_nobody_took_come_again(sandbox: Any, listener: Listener) -> None:
    listener.refuse = 1
    found = kept(sandbox, sandbox.send())
    until(lambda: sorted(listener.statuses(found["providerId"])) == ["delivered", "sent"])


def test_news_wait_for_a_callback_over_a_restart(tmp_path: Path, run: Callable[..., Any]) -> None:
    ledger = tmp_path / "simulator.sqlite3"
    with run(ledger, callback="http://127.0.0.1:9/") as sandbox:
        found = kept(sandbox, sandbox.send())
        sandbox.wait(found["id"], "delivered")
    with listening() as listener, run(ledger, callback=listener.address):
        until(lambda: sorted(listener.statuses(found["providerId"])) == ["delivered", "sent"])


def test_what_a_person_writes_is_told(sandbox: Any, listener: Listener) -> None:
    sandbox.http.post("/_simulator/phone/51955666777/messages", json={"text": "¿Y mi boleta?", "name": "Ana"})
    until(lambda: bool(listener.heard))
    value = listener.heard[-1]
    assert value["contacts"] == [{"profile": {"name": "Ana"}, "wa_id": "51955666777"}]
    assert value["messages"][0]["text"] == {"body": "¿Y mi boleta?"}


def test_faults_strike_messages_when_they_are_asked_to(sandbox: Any) -> None:
    wishes = [{"fault": "F09", "count": "*"}, {"fault": "F08/429", "operation": "message", "name": "51987654321"}]
    sandbox.http.put("/_simulator/faults", json=wishes)
    limited = sandbox.send()
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "30")
    assert [sandbox.send().status_code, sandbox.upload(PDF).status_code] == [200, 200]
    sandbox.http.put("/_simulator/faults", json=[{"fault": "F09", "endpoint": "phone"}])
    assert [sandbox.upload(PDF).status_code, sandbox.upload(PDF).status_code] == [503, 200]
    sandbox.http.delete("/_simulator/faults")


def test_an_answer_is_lost_once_and_the_message_is_there(sandbox: Any) -> None:
    with pytest.raises(httpx2.TransportError):
        sandbox.send("51906000001")
    assert len(sandbox.box(to="51906000001")) == 1
    assert sandbox.send("51906000001").status_code == 200


def test_a_hundred_at_once_are_a_hundred(sandbox: Any, listener: Listener) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda turn: sandbox.send(f"51933{turn:06}").json()["messages"][0]["id"], range(100)))
    assert len(set(found)) == 100
    until(lambda: all(listener.statuses(each) == ["sent", "delivered"] for each in found), 30)


CHANGES = [
    {"callback": 7},
    {"callback": "ftp://a"},
    {"strict": 1},
    {"sentSeconds": -1},
    {"readSeconds": True},
    {"templates": {}},
    {"templates": [{"name": "a"}]},
    {"otro": 1},
]


@pytest.mark.parametrize("change", CHANGES, ids=json.dumps)
def test_a_change_that_makes_no_sense_changes_nothing(sandbox: Any, change: dict[str, Any]) -> None:
    before = sandbox.http.get("/_simulator/phone").json()
    answer = sandbox.http.put("/_simulator/phone", json={"strict": True, **change})
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert sandbox.http.get("/_simulator/phone").json() == before


def test_a_callback_is_verified_as_meta_does(sandbox: Any, listener: Listener) -> None:
    change = {"callback": listener.address, "verify": True}
    assert sandbox.http.put("/_simulator/phone", json=change).status_code == 200
    change["callback"] = listener.address.replace("good", "bad")
    assert sandbox.http.put("/_simulator/phone", json=change).status_code == 422


def test_the_sandbox_tells_its_own_api() -> None:
    assert f"{BASE}{PATH}" == PHONE_NEWS


def test_the_page_names_every_magic_receiver() -> None:
    page = (Path(__file__).parents[3] / "docs" / "simulator.md").read_text("utf-8")
    for each in receivers():
        who = f"{each.who}@" if each.channel == "email" else f"+{each.who}"
        assert f"| `{who}` | {each.what} |" in page, who


@pytest.mark.usefixtures("sandbox")
def test_an_idle_phone_costs_nothing() -> None:
    begun = time.process_time()
    time.sleep(0.5)
    assert time.process_time() - begun < 0.25
