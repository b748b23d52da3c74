"""Every operation that creates or acts takes an `Idempotency-Key`: the list of operations is the document's own."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from api_stack import CLIENT_ID, PASSWORD, RUC, Stack, channels, clock, tail
from PIL import Image
from post import Post
from sqlalchemy import select

from onapi.api import idempotency
from onapi.flows import sign_in
from onapi.flows.enrol import signer_of
from onapi.flows.roads import company_of
from onapi.library.receipt import read
from onapi.sign.certificate import self_signed
from onapi.store import request_keys
from onapi.store.request_keys import Earlier
from onapi.store.tables import request_keys as key_rows

NEW = "20000000061"
HOOK = "http://127.0.0.1:9/repetible"
# these have no key: whoever repeats them gets another token, which he needs, or has none any more to repeat them with
TOKENS = {"authenticate", "refresh_token", "logout"}
BY_NUMBER = {"send_message"}  # its keys are the receipts' own: test_repeats.py
Write = Callable[..., dict[str, Any]]
Send = Callable[..., httpx2.Response]


@dataclass
class Case:
    """A request, and another one that differs from it."""

    path: str
    body: dict[str, Any] | None
    other: dict[str, Any] | None
    query: dict[str, Any] = field(default_factory=dict)
    token: str = ""
    files: dict[str, Any] | None = None


@dataclass
class Desk:
    """Makes the case of each operation."""

    stack: Stack
    token: str
    factura: Write
    send: Send
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def case(self, name: str) -> Case:
        """The case of an operation; KeyError for one that nobody has thought of."""
        made: Case = {
            "retry": self._retry,
            "void_receipt": self._void,
            "store_xml": self._store_xml,
            "create_user": lambda: Case("users", self._user(), self._user()),
            "change_user": self._change_user,
            "change_own_password": self._own_password,
            "put_webhook": lambda: Case("admin/webhooks", self._hook(), self._hook(), {"ruc": RUC}),
            "change_webhook": lambda: self._of_webhook(self._hook(), self._hook()),
            "rotate_webhook": lambda: self._of_webhook(None, None, "/rotate"),
            "test_webhook": lambda: self._of_webhook(None, None, "/test"),
            "replay_delivery": self._replay,
            "put_company": lambda: self._of_company("", _company("UNO"), _company("DOS")),
            "put_company_sender": lambda: self._of_company("/sender", {"displayName": "A"}, {"displayName": "B"}),
            "check_company_credentials": lambda: self._of_company("/check", None, None),
            "put_company_certificate": lambda: self._of_company("/certificate", _pem(), _pem()),
            "put_company_sol": lambda: self._of_company("/sol", _sol("uno"), _sol("dos")),
            "put_company_gre": lambda: self._of_company("/gre", _api("uno"), _api("dos")),
            "put_company_validity": lambda: self._of_company("/validity", _api("uno"), _api("dos")),
            "put_company_mail": lambda: self._of_company("/mail", _mail("uno"), _mail("dos")),
            "test_company_mail": lambda: self._of_company("/mail/test", {"to": "a@x.pe"}, {"to": "b@x.pe"}),
            "put_company_whatsapp": lambda: self._of_company("/whatsapp", _number("1"), _number("2")),
            "put_company_template": lambda: self._of_company("/template/uno", {"source": "= a"}, {"source": "= b"}),
            "send_whatsapp": lambda: self._told("wsp/cpe", {"phone": "987654321"}, {"phone": "912345678"}),
            "send_whatsapp_qr": lambda: self._told("wsp/sendCPEQRCode", {"deliver": False}, {"size": 600}),
            "send_email": lambda: self._told("tools/sendCpeEmail", {"to": ["a@x.example"]}, {"to": ["b@x.example"]}),
            "resend_message": self._resend,
            "put_company_logo": lambda: self._of_company("/logo", _logo(9), _logo(8)),
        }[name]()
        return made

    def ask(self, method: str, case: Case, key: str, *, other: bool = False) -> httpx2.Response:
        """Send a case, or the one that differs."""
        body = case.other if other else case.body
        query = {**case.query, **({"otra": "1"} if other and case.body is None else {})}
        more: dict[str, Any] = {} if body is None else {"json": body}
        headers = {"Idempotency-Key": key}
        return self.stack.call(method, case.path, token=case.token or self.token, params=query, headers=headers, **more)

    def _user(self) -> dict[str, Any]:
        return {"username": f"repetido-{next(self.numbers)}@onapi.local", "rucs": [RUC], "role": "emisor"}

    def _change_user(self) -> Case:
        made = self.stack.call("POST", "users", token=self.token, json=self._user()).json()
        return Case(f"users/{made['id']}", {"newPassword": True}, {"role": "contador"})

    def _own_password(self) -> Case:
        name = f"propia-{next(self.numbers)}@onapi.local"
        sign_in.register(self.stack.platform, client_id=CLIENT_ID, username=name, password=PASSWORD, rucs=(RUC,))
        first = {"current": PASSWORD, "new": "otra clave larga de prueba"}
        token = str(self.stack.login(name, PASSWORD)["token"])
        return Case("users/me/password", first, {**first, "new": "una tercera clave larga"}, token=token)

    def _retry(self) -> Case:
        record = self.send(self.factura(), send=False).json()
        return Case(f"retry/{tail(record)}", None, None, {"wait": 30})

    def _void(self) -> Case:
        record = self.send(self.factura(), wait=30).json()
        return Case(f"cancel/{tail(record)}", {"reason": "ERROR EN RUC"}, {"reason": "OTRO ERROR"}, {"wait": 0})

    def _store_xml(self) -> Case:
        company = company_of(self.stack.platform, self.stack.platform.scope(RUC))
        document = {**self.factura()["document"], "tipoDoc": "01", "correlativo": str(80_000 + next(self.numbers))}
        document["company"] = {"ruc": RUC, "razonSocial": company.party.name}
        receipt = read(document, issuer=company.party, now=clock())
        body = {"xml": b64encode(receipt.sign(signer_of(self.stack.platform, company)).xml).decode()}
        return Case("storeXml", body, {**body, "source": "otro"})

    def _hook(self) -> dict[str, Any]:
        return {"url": f"{HOOK}/{next(self.numbers)}", "events": ["document.voided"]}

    def _of_webhook(self, body: Any, other: Any, what: str = "") -> Case:
        made = self.stack.call("PUT", "admin/webhooks", token=self.token, params={"ruc": RUC}, json=self._hook()).json()
        return Case(f"admin/webhooks/{made['id']}{what}", body, other, {"ruc": RUC})

    def _replay(self) -> Case:
        case = self._of_webhook(None, None)
        told = self.stack.call("POST", f"{case.path}/test", token=self.token, params=case.query).json()
        return Case(f"{case.path}/deliveries/{told['id']}/replay", None, None, case.query)

    def _told(self, path: str, body: dict[str, Any], other: dict[str, Any]) -> Case:
        """To a person, about an accepted receipt."""
        record = self.send(self.factura(), wait=30).json()
        named = {name: record[name] for name in ("ruc", "doctype", "serie", "number")}
        return Case(path, {**named, **body}, {**named, **body, **other})

    def _resend(self) -> Case:
        case = self._told("tools/sendCpeEmail", {"to": ["a@x.example"]}, {})
        told = self.stack.call("POST", case.path, token=self.token, json=case.body).json()
        return Case(f"messages/{told['messageId']}/resend", None, None)

    def _of_company(self, what: str, body: Any, other: Any) -> Case:
        enrolled = self.stack.call("PUT", f"admin/companies/{NEW}", token=self.token, json=_company("NUEVA"))
        assert enrolled.is_success, enrolled.text
        return Case(f"admin/companies/{NEW}{what}", body, other)


def _company(name: str) -> dict[str, Any]:
    return {"razonSocial": f"{name} S.A.C.", "address": {"ubigeo": "150101", "direccion": "AV. UNO 1"}}


def _pem() -> dict[str, Any]:
    return {"certificate": b64encode(self_signed(NEW, "NUEVA S.A.C.", clock()).to_pem()).decode(), "password": ""}


def _sol(password: str) -> dict[str, Any]:
    return {"user": "MODDATOS", "password": password}


def _api(secret: str) -> dict[str, Any]:
    return {"clientId": "cliente", "clientSecret": secret}


def _mail(user: str) -> dict[str, Any]:
    place = {"host": "smtp.empresa.example", "port": 465, "security": "tls"}
    return {**place, "user": user, "password": "clave", "fromAddress": f"{user}@empresa.example"}


def _number(name: str) -> dict[str, Any]:
    return {"phoneNumberId": name, "accessToken": "token"}


def _logo(side: int) -> dict[str, Any]:
    out = BytesIO()
    Image.new("RGB", (side, side), (29, 78, 216)).save(out, "PNG")
    return {"logo": b64encode(out.getvalue()).decode()}


@pytest.fixture(scope="module")
def operations(stack: Stack) -> dict[str, tuple[str, dict[str, Any]]]:
    """Every operation that creates or acts: its method, and what the document tells of it."""
    document = stack.http.get("/openapi.json").json()
    return {
        told["operationId"]: (method.upper(), told)
        for methods in document["paths"].values()
        for method, told in methods.items()
        if method in {"post", "put", "patch"}
    }


@pytest.fixture(scope="module")
def desk(stack: Stack, factura: Write, send: Send) -> Iterator[Desk]:
    """With an administrator of two companies."""
    boss = "repetidor@onapi.local"
    sign_in.register(
        stack.platform, client_id=CLIENT_ID, username=boss, password=PASSWORD, rucs=(RUC, NEW), role="admin"
    )
    channels.append(Post().channel_of)
    found = Desk(stack, str(stack.login(boss, PASSWORD)["token"]), factura, send)
    yield found
    channels.pop()
    listed = stack.call("GET", "admin/webhooks", token=found.token, params={"ruc": RUC}).json()["items"]
    for each in listed:
        if each["url"].startswith(HOOK):
            stack.call("DELETE", f"admin/webhooks/{each['id']}", token=found.token, params={"ruc": RUC})


def test_every_operation_that_acts_takes_a_key_and_says_so(
    operations: dict[str, tuple[str, dict[str, Any]]],
) -> None:
    silent = {
        name
        for name, (_, told) in operations.items()
        if "Idempotency-Key" not in {each["name"] for each in told.get("parameters", ())}
    }
    assert silent == TOKENS
    keyed = {name: told for name, (_, told) in operations.items() if name not in TOKENS}
    assert [name for name, told in keyed.items() if not {"409", "422"} <= set(told["responses"])] == []


def test_the_same_key_gives_the_same_answer_and_another_body_is_a_conflict(
    operations: dict[str, tuple[str, dict[str, Any]]], desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guarantee R12, for each of them: byte for byte, and nothing is done again."""
    plain = request_keys.claim
    for name, (method, _) in operations.items():
        if name in TOKENS | BY_NUMBER:
            continue
        case, key = desk.case(name), f"clave de {name} {uuid4()}"
        first = desk.ask(method, case, key)
        assert first.is_success, (name, first.status_code, first.text)
        assert "idempotent-replayed" not in first.headers, name
        again = desk.ask(method, case, key)
        assert (again.status_code, again.content) == (first.status_code, first.content), name
        assert again.headers["idempotent-replayed"] == "true", name
        assert again.headers["content-type"] == first.headers["content-type"], name
        assert again.headers["x-request-id"] != first.headers["x-request-id"], name
        conflict = desk.ask(method, case, key, other=True)
        assert (conflict.status_code, conflict.json()["code"]) == (409, "idempotency_conflict"), (name, conflict.text)

        def busy(*args: Any, **_: Any) -> Earlier:
            return Earlier(args[1].fingerprint, None, {}, b"")  # the first one is under way

        monkeypatch.setattr(request_keys, "claim", busy)
        monkeypatch.setattr(idempotency, "_WAIT_S", 0)
        early = desk.ask(method, case, key)
        assert (early.status_code, early.json()["code"]) == (409, "in_progress"), name
        assert early.headers["retry-after"].isdigit(), name
        monkeypatch.setattr(request_keys, "claim", plain)
        long = desk.ask(method, case, "x" * 256)
        assert (long.status_code, long.json()["errors"][0]["field"]) == (422, "/header/Idempotency-Key"), name


def test_a_form_is_the_same_whatever_sets_its_parts_apart(desk: Desk) -> None:
    """A client that sends it again makes up another boundary."""
    out = BytesIO()
    Image.new("RGB", (7, 7)).save(out, "PNG")
    case, key = desk.case("put_company_logo"), str(uuid4())

    def put(picture: bytes) -> httpx2.Response:
        head = {"Idempotency-Key": key}
        files = {"logo": ("logo.png", picture, "image/png")}
        return desk.stack.call("PUT", case.path, token=desk.token, headers=head, files=files)

    first, again = put(out.getvalue()), put(out.getvalue())
    assert first.request.headers["content-type"] != again.request.headers["content-type"]
    assert (again.status_code, again.content) == (200, first.content)
    assert put(out.getvalue() + b"\0").json()["code"] == "idempotency_conflict"


def test_a_secret_that_is_shown_once_is_not_kept_in_plain(desk: Desk) -> None:
    """Neither the answer nor what a request said: a digest of a password could be guessed."""
    body = desk.ask("PUT", desk.case("put_webhook"), str(uuid4())).content
    user = desk.ask("POST", desk.case("create_user"), str(uuid4())).json()
    with desk.stack.platform.database.reading() as connection:
        rows = [bytes(row.body) for row in connection.execute(select(key_rows)) if row.body]
    assert len(rows) >= 2
    found = re.search(rb"whsec_[A-Za-z0-9+/=]+", body)
    assert found
    for secret in (found[0], user["password"].encode(), body[:8]):
        assert not [row for row in rows if secret in row]


@pytest.mark.parametrize("operation", ["store_xml", "create_user", "send_email", "resend_message"])
def test_who_lost_his_right_gets_no_answer_of_before(desk: Desk, operation: str) -> None:
    """The checks come before the key."""
    name = f"despedido-{next(desk.numbers)}@onapi.local"
    sign_in.register(
        desk.stack.platform, client_id=CLIENT_ID, username=name, password=PASSWORD, rucs=(RUC,), role="admin"
    )
    case, key = desk.case(operation), str(uuid4())
    case.token = str(desk.stack.login(name, PASSWORD)["token"])
    assert desk.ask("POST", case, key).status_code in {201, 202}
    listed = desk.stack.call("GET", "users", token=desk.token).json()["items"]
    made = next(each for each in listed if each["username"] == name)
    changed = desk.stack.call("PATCH", f"users/{made['id']}", token=desk.token, json={"role": "auditor"})
    assert changed.status_code == 200, changed.text
    case.token = str(desk.stack.login(name, PASSWORD)["token"])
    assert desk.ask("POST", case, key).json()["code"] == "scope_missing"
