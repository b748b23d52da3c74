"""Companies by the API: who may see and change which, what is told of secrets, and what SUNAT says of them."""

import base64
from collections.abc import Callable
from io import BytesIO
from typing import Any

import httpx2
import pytest
from api_stack import OTHER_RUC, PASSWORD, RUC, Stack, clock
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from PIL import Image

from onapi.flows import sign_in
from onapi.settings import CLIENT_ID
from onapi.sign.certificate import self_signed

NEW, NOBODY, BOSS = "20000000036", "20000000044", "plataforma@onapi.local"
ADMIN = "admin/companies"
DATA = {"razonSocial": "NUEVA S.A.C.", "address": {"ubigeo": "150101", "direccion": "AV. UNO 1"}, "email": "a@b.pe"}
Call = Callable[..., httpx2.Response]


@pytest.fixture(scope="module")
def boss(stack: Stack) -> str:
    """A token of an administrator of several companies, some of them not enrolled yet."""
    rucs = (RUC, OTHER_RUC, NEW, NOBODY)
    sign_in.register(stack.platform, client_id=CLIENT_ID, username=BOSS, password=PASSWORD, rucs=rucs, role="admin")
    return str(stack.login(BOSS, PASSWORD)["token"])


@pytest.fixture(scope="module")
def by_boss(stack: Stack, boss: str) -> Call:
    """Call an operation of companies as their administrator."""
    return lambda method, path, **more: stack.call(method, f"{ADMIN}{path}", token=boss, **more)


@pytest.fixture(scope="module", autouse=True)
def enrolled(by_boss: Call) -> dict[str, Any]:
    """A new company."""
    answer = by_boss("PUT", f"/{NEW}", json=DATA)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def p12(ruc: str, password: str) -> bytes:
    made = self_signed(ruc, "NUEVA S.A.C.", clock())
    return pkcs12.serialize_key_and_certificates(
        b"x", made.key, made.certificate, None, BestAvailableEncryption(password.encode())
    )


def picture(form: str = "PNG", size: tuple[int, int] = (300, 200), **more: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (29, 78, 216)).save(out, form, **more)
    return out.getvalue()


def test_a_company_is_enrolled_and_changed(by_boss: Call, enrolled: dict[str, Any]) -> None:
    assert (enrolled["ruc"], enrolled["razonSocial"], enrolled["address"]["ubigeo"]) == (NEW, "NUEVA S.A.C.", "150101")
    again = by_boss("PUT", f"/{NEW}", json={**DATA, "nombreComercial": "NUEVA"})
    assert (again.status_code, again.json()["nombreComercial"]) == (200, "NUEVA")
    assert by_boss("GET", f"/{NEW}").json() == again.json()
    listed = by_boss("GET", "", params={"size": 200}).json()
    assert {RUC, NEW} <= {each["ruc"] for each in listed["items"]}
    first = by_boss("GET", "", params={"size": 1}).json()
    assert (len(first["items"]), first["next"]) == (1, first["items"][0]["ruc"])
    rest = by_boss("GET", "", params={"after": first["next"]}).json()
    assert first["next"] not in {each["ruc"] for each in rest["items"]}


def test_whoever_is_confined_sees_his_own_and_no_other(stack: Stack, token: str, token_of: Call) -> None:
    listed = stack.call("GET", ADMIN, token=token).json()
    assert [each["ruc"] for each in listed["items"]] == [RUC]
    for method, path in (("GET", ""), ("PUT", ""), ("GET", "/certificate"), ("POST", "/check"), ("PUT", "/sol")):
        refused = stack.call(method, f"{ADMIN}/{NEW}{path}", token=token, json=DATA)
        assert (refused.status_code, refused.json()["code"]) == (403, "ruc_not_allowed")
    reader = str(token_of("lector"))
    assert stack.call("GET", ADMIN, token=reader).json()["code"] == "scope_missing"
    assert stack.call("GET", f"{ADMIN}/{RUC}", token=reader).json()["code"] == "scope_missing"
    assert stack.call("GET", ADMIN).status_code == 401


def test_a_change_of_what_somebody_else_changed_is_refused(by_boss: Call) -> None:
    seen = by_boss("GET", f"/{NEW}").headers["etag"]
    first = by_boss("PUT", f"/{NEW}", json=DATA, headers={"If-Match": seen})
    assert first.status_code == 200
    second = by_boss("PUT", f"/{NEW}", json=DATA, headers={"If-Match": seen})
    assert (second.status_code, second.json()["code"]) == (409, "version_conflict")
    for tag in ('"nonsense"', '""', '"ffffffffffffffff"', "W/x"):
        assert by_boss("PUT", f"/{NEW}/sender", json={}, headers={"If-Match": tag}).status_code == 409, tag
    tag = f'"1", {first.headers["etag"]}'
    assert by_boss("PUT", f"/{NEW}/sender", json={}, headers={"If-Match": tag}).status_code == 200


@pytest.mark.parametrize("way", ["json", "form"])
def test_a_certificate_is_put_in_force_and_its_key_never_comes_back(by_boss: Call, way: str) -> None:
    password = "clave ñandú"
    file = p12(NEW, password)
    more: dict[str, Any] = (
        {"json": {"certificate": base64.b64encode(file).decode(), "password": password}}
        if way == "json"
        else {"files": {"certificate": ("c.p12", file)}, "data": {"password": password}}
    )
    put = by_boss("PUT", f"/{NEW}/certificate", **more)
    assert put.status_code == 200, put.text
    assert put.json()["rucs"] == [NEW]
    assert put.json()["daysLeft"] == 364
    told = by_boss("GET", f"/{NEW}/certificate").json()
    assert told["current"]["fingerprint"] == put.json()["fingerprint"] == told["items"][0]["fingerprint"]
    assert "PRIVATE" not in str(told)
    kept = by_boss("GET", f"/{NEW}").json()["certificate"]
    assert (kept["set"], kept["updatedAt"]) == (True, put.json()["putAt"])


@pytest.mark.parametrize(
    ("file", "password", "code", "word"),
    [
        (lambda: p12(NEW, "x"), "otra", "certificate_missing", "no abre"),
        (lambda: p12(RUC, "x"), "x", "certificate_ruc_mismatch", "no es del RUC"),
        (lambda: b"", "", "validation_failed", "no válidos"),
        (lambda: b"hola", "", "certificate_missing", "no es un .p12"),
        (lambda: b"-" * 65_537, "", "certificate_missing", "64 KiB"),
    ],
)
def test_a_certificate_that_does_not_serve_leaves_the_one_before(
    by_boss: Call, file: Callable[[], bytes], password: str, code: str, word: str
) -> None:
    before = by_boss("GET", f"/{NEW}/certificate").json()
    sent = {"certificate": base64.b64encode(file()).decode(), "password": password}
    refused = by_boss("PUT", f"/{NEW}/certificate", json=sent)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert word in refused.json()["detail"]
    assert by_boss("GET", f"/{NEW}/certificate").json() == before


@pytest.mark.parametrize(
    ("head", "body", "status"),
    [
        ({"Content-Type": "multipart/form-data"}, b"x", 400),
        ({"Content-Type": "multipart/form-data; boundary=a"}, b"--b\r\n", (400, 422)),
        ({"Content-Type": "multipart/form-data; boundary=a"}, b"--a--\r\n", 422),
        ({"Content-Type": "multipart/form-data; boundary=a"}, b"x" * 100_000, 413),
        ({"Content-Type": "application/json"}, b'{"certificate": "!"}', 400),
        ({"Content-Type": "text/plain"}, b"x", 415),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem(by_boss: Call, head: Any, body: bytes, status: Any) -> None:
    answer = by_boss("PUT", f"/{NEW}/certificate", content=body, headers=head)
    assert answer.status_code in (status if isinstance(status, tuple) else (status,)), answer.text


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("sol", {"user": "MODDATOS", "password": "moddatos"}),
        ("gre", {"clientId": "id", "clientSecret": "secreto-de-guias"}),
        ("validity", {"clientId": "id", "clientSecret": "secreto-de-consultas"}),
    ],
)
def test_secrets_go_in_and_do_not_come_out(by_boss: Call, path: str, body: dict[str, str]) -> None:
    answer = by_boss("PUT", f"/{NEW}/{path}", json=body)
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == {"set", "updatedAt"}
    assert answer.json()["set"] is True
    shown = by_boss("GET", f"/{NEW}").text
    assert by_boss("GET", f"/{NEW}").json()[path] == answer.json()
    assert not [value for value in body.values() if value != "id" and value in shown]
    wrong = by_boss("PUT", f"/{NEW}/{path}", json={name: value * 400 for name, value in body.items()})
    assert wrong.status_code == 422
    assert not [value for value in body.values() if value != "id" and value in wrong.text]


def test_a_company_that_is_not_there(by_boss: Call) -> None:
    for path in ("", "/certificate", "/logo"):
        assert by_boss("GET", f"/{NOBODY}{path}").status_code == 404
    refused = by_boss("PUT", f"/{NOBODY}/sol", json={"user": "A", "password": "b"})
    assert (refused.status_code, refused.json()["code"]) == (422, "company_not_enrolled")
    for wrong in ("20000000037", "abc", "2000000004"):
        assert by_boss("GET", f"/{wrong}").json()["code"] == "invalid_parameter"


@pytest.mark.parametrize("way", ["raw", "form", "json"])
def test_a_logo_is_drawn_again(by_boss: Call, way: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "un secreto en la foto"
    data = picture("JPEG", exif=exif, comment=b"un secreto en la foto")
    assert b"un secreto" in data
    more: dict[str, Any] = {
        "raw": {"content": data, "headers": {"Content-Type": "image/jpeg"}},
        "form": {"files": {"logo": ("logo.jpg", data)}},
        "json": {"json": {"logo": base64.b64encode(data).decode()}},
    }[way]
    put = by_boss("PUT", f"/{NEW}/logo", **more)
    assert (put.status_code, put.json()["contentType"]) == (200, "image/jpeg")
    got = by_boss("GET", f"/{NEW}/logo")
    assert (got.headers["content-type"], len(got.content)) == ("image/jpeg", put.json()["bytes"])
    assert b"un secreto" not in got.content
    assert Image.open(BytesIO(got.content)).size == (300, 200)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422),
        (picture()[:60], 422),
        (b"\0" * (1024 * 1024 + 1), 413),
        (b"GIF89a", 422),
        (b"", 422),
    ],
)
def test_what_is_no_picture_is_refused(by_boss: Call, data: bytes, status: int) -> None:
    answer = by_boss("PUT", f"/{NEW}/logo", content=data, headers={"Content-Type": "image/png"})
    assert answer.status_code == status, answer.text


def test_sender_settings_are_kept_whole(by_boss: Call) -> None:
    sender = {
        "replyTo": "ventas@empresa.example",
        "displayName": "Empresa",
        "whatsappPhone": "+51987654321",
        "boletaMode": "summary",
        "summaryAt": "01:30",
        "pageColor": "#1D4ED8",
        "pageAuthorization": "Autorizado por la resolución 034-005-0000001/SUNAT.",
    }
    assert by_boss("PUT", f"/{NEW}/sender", json=sender).json()["sender"] == sender
    for wrong in ({"pageColor": "red"}, {"replyTo": "nadie"}, {"summaryAt": "25:00"}, {"other": 1}):
        assert by_boss("PUT", f"/{NEW}/sender", json=wrong).json()["code"] == "validation_failed"
    assert by_boss("GET", f"/{NEW}").json()["sender"] == sender


def test_sunat_is_asked_without_a_document(by_boss: Call, stack: Stack) -> None:
    by_boss("PUT", f"/{NEW}/sol", json={"user": f"{NEW}MODDATOS", "password": "moddatos"})
    put = by_boss("PUT", f"/{NEW}/certificate", files={"certificate": ("c.p12", p12(NEW, "x"))}, data={"password": "x"})
    assert put.status_code == 200
    before = len(stack.simulator.get("/_simulator/ledger").json())
    told = by_boss("POST", f"/{NEW}/check").json()
    assert told["ok"] is True, told
    assert {name: told[name]["standing"] for name in ("certificate", "sol", "gre", "validity")} == {
        "certificate": "PASSED",
        "sol": "PASSED",
        "gre": "PASSED",
        "validity": "PASSED",
    }
    assert len(stack.simulator.get("/_simulator/ledger").json()) == before


def test_a_wrong_password_is_found_and_tried_once(by_boss: Call) -> None:
    by_boss("PUT", f"/{NEW}/sol", json={"user": "MODDATOS", "password": "equivocada"})
    told = by_boss("POST", f"/{NEW}/check").json()
    assert (told["ok"], told["sol"]["standing"]) == (False, "REFUSED"), told
    again = by_boss("POST", f"/{NEW}/check").json()
    assert "ya rechazó" in again["sol"]["detail"]
    by_boss("PUT", f"/{NEW}/sol", json={"user": "MODDATOS", "password": "moddatos"})
    assert by_boss("POST", f"/{NEW}/check").json()["sol"]["standing"] == "PASSED"
