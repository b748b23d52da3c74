"""The guías and the Consulta Integrada on a real server: logins, what goes out, and each way in which a login fails."""

import hashlib
import json
import threading
import time
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import pytest

from onapi.gateways.sunat import BRISK, ENDPOINTS, Kind, ReceiptState, SolAccount, Sunat, read_answer, read_validity
from onapi.values.archive import unzip_one
from onapi.values.number import ReceiptId
from onapi.values.scope import Environment

ACCOUNT = SolAccount("20000000001MODDATOS", "cl&ve ñ", "a1b2-c3", "s/creto+")
PLAIN = SolAccount("20000000001MODDATOS", "clave")
GUIDE = "20000000001-09-T001-7"
TICKET = '{"numTicket":"b3f5a1e2-0000-4000-8000-000000000001","fecRecepcion":"2026-11-20T10:00:00"}'
PENDING = '{"codRespuesta":"98"}'
FACTURA = ReceiptId("20000000001", "01", "F001", 7)


class Api:
    """A REST service with logins; tokens are t1, t2 … and all but the revoked are good."""

    def __init__(self, life: object = 3600) -> None:
        self.life, self.logins, self.answer = life, 0, TICKET
        self.revoked: set[str] = set()
        self.login: tuple[int, str] | None = None
        self.think_s = 0.0

    def __call__(self, heard: Any) -> tuple[int, str]:
        """Answer one request."""
        if heard.path.endswith("/oauth2/token/"):
            self.logins += 1
            time.sleep(self.think_s)
            token = {"access_token": f"t{self.logins}", "token_type": "JWT", "expires_in": self.life}
            return self.login or (200, json.dumps(token))
        token = heard.headers.get("authorization", "").removeprefix("Bearer ")
        if not token or token in self.revoked:
            return 401, '{"cod":"401","msg":"Unauthorized","exc":null}'
        return 200, self.answer


def test_a_guide_goes_out_with_its_hash(door: Callable[..., Sunat], site: Callable[..., Any]) -> None:
    server = site(Api())
    sunat = door(server.address)
    talk = sunat.send_guide(ACCOUNT, GUIDE, b"<DespatchAdvice/>")
    assert (talk.operation, talk.status, read_answer(talk).ticket[:8]) == ("sendGuide", 200, "b3f5a1e2")
    login, sent = server.heard
    assert (login.method, login.path) == ("POST", "/v1/clientessol/a1b2-c3/oauth2/token/")
    assert parse_qs(login.body.decode(), strict_parsing=True) == {
        "grant_type": ["password"],
        "scope": ["https://api-cpe.sunat.gob.pe"],
        "client_id": ["a1b2-c3"],
        "client_secret": ["s/creto+"],
        "username": ["20000000001MODDATOS"],
        "password": ["cl&ve ñ"],
    }
    assert (sent.method, sent.path) == ("POST", f"/v1/contribuyente/gem/comprobantes/{GUIDE}")
    assert (sent.headers["authorization"], sent.headers["content-type"]) == ("Bearer t1", "application/json")
    file = json.loads(sent.body)["archivo"]
    archive = b64decode(file["arcGreZip"])
    assert (file["nomArchivo"], file["hashZip"]) == (f"{GUIDE}.zip", hashlib.sha256(archive).hexdigest())
    assert unzip_one(archive) == (f"{GUIDE}.xml", b"<DespatchAdvice/>")
    assert talk.address == f"{server.address}{sent.path}"


def test_a_ticket_is_asked_with_the_same_token(door: Callable[..., Sunat], site: Callable[..., Any]) -> None:
    api = Api()
    server = site(api)
    sunat = door(server.address)
    sunat.send_guide(ACCOUNT, GUIDE, b"<a/>")
    api.answer = PENDING
    talk = sunat.ask_guide(ACCOUNT, "b3f5-1/../x")
    assert read_answer(talk).kind is Kind.PENDING
    asked = server.heard[-1]
    assert (asked.method, asked.path, asked.body) == (
        "GET",
        "/v1/contribuyente/gem/comprobantes/envios/b3f5-1%2F..%2Fx",
        b"",
    )
    assert api.logins == 1


def test_companies_have_tokens_of_their_own(door: Callable[..., Sunat], site: Callable[..., Any]) -> None:
    api = Api()
    server = site(api)
    sunat = door(server.address)
    for client in ("x", "y", "x", "y"):
        sunat.ask_guide(SolAccount(f"2000000000{client}U", "p", client, "s"), "1")
    assert api.logins == 2
    sunat.ask_guide(SolAccount("2000000000xU", "nueva", "x", "s"), "1")
    assert api.logins == 3, "a changed password logs in anew"
    tokens = [heard.headers.get("authorization") for heard in server.heard if heard.method == "GET"]
    assert tokens == ["Bearer t1", "Bearer t2", "Bearer t1", "Bearer t2", "Bearer t3"]


@pytest.mark.parametrize(
    ("life", "good_s"), [(3600, 3300), (100, 90), ("3600", 3300), (None, 3300), (0, 3300), (-5, 3300), (1e300, 3300)]
)
def test_a_token_is_renewed_before_its_end(
    door: Callable[..., Sunat], site: Callable[..., Any], hands: Any, life: object, good_s: float
) -> None:
    api = Api(life)
    sunat = door(site(api).address, monotonic=hands)
    sunat.ask_guide(ACCOUNT, "1")
    hands.forward(good_s - 1)
    sunat.ask_guide(ACCOUNT, "1")
    assert api.logins == 1
    hands.forward(1)
    sunat.ask_guide(ACCOUNT, "1")
    assert api.logins == 2


def test_while_the_login_is_down_the_old_token_stands(
    door: Callable[..., Sunat], site: Callable[..., Any], hands: Any
) -> None:
    api = Api()
    sunat = door(site(api).address, monotonic=hands)
    sunat.ask_guide(ACCOUNT, "1")
    api.login = (503, "")
    hands.forward(3400)
    assert sunat.ask_guide(ACCOUNT, "1").status == 200
    hands.forward(200)
    assert not sunat.ask_guide(ACCOUNT, "1").was_sent


def test_a_token_that_sunat_forgot_is_replaced_once(door: Callable[..., Sunat], site: Callable[..., Any]) -> None:
    api = Api()
    server = site(api)
    sunat = door(server.address)
    sunat.ask_guide(ACCOUNT, "1")
    api.revoked = {"t1"}
    assert sunat.ask_guide(ACCOUNT, "1").status == 200
    assert (api.logins, server.paths) == (2, ["token", "1", "1", "token", "1"])
    assert sunat.ask_guide(ACCOUNT, "1").status == 200
    assert api.logins == 2


def test_a_service_that_takes_no_token_is_not_pressed(door: Callable[..., Sunat], site: Callable[..., Any]) -> None:
    api = Api()
    api.revoked = {f"t{number}" for number in range(9)}
    server = site(api)
    talk = door(server.address).send_guide(ACCOUNT, GUIDE, b"<a/>")
    assert (talk.operation, talk.status) == ("sendGuide", 401)
    assert (read_answer(talk).code, read_answer(talk).words) == ("0102", "HTTP 401: Unauthorized")
    assert server.paths == ["token", GUIDE, "token", GUIDE]


def test_a_second_round_does_not_outlive_patience(
    door: Callable[..., Sunat], site: Callable[..., Any], hands: Any
) -> None:
    api = Api()

    def slow(heard: Any) -> tuple[int, str]:
        hands.forward(0 if "token" in heard.path else 50)
        return api(heard)

    api.revoked = {"t1"}
    server = site(slow)
    talk = door(server.address, monotonic=hands).send_guide(ACCOUNT, GUIDE, b"<a/>")
    assert (talk.was_sent, api.logins) == (False, 1)
    assert "venció" in talk.trouble


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ('{"error":"access_denied","error_description":"Acceso Denegado"}', "Acceso Denegado"),
        ('{"cod":"401","msg":"cliente no autorizado","exc":null}', "cliente no autorizado"),
    ],
)
def test_bad_credentials_are_the_answer(
    door: Callable[..., Sunat], site: Callable[..., Any], status: int, answer: str, words: str
) -> None:
    api = Api()
    api.login = (status, answer)
    server = site(api)
    talk = door(server.address).send_guide(ACCOUNT, GUIDE, b"<a/>")
    assert (talk.operation, talk.status, talk.was_sent) == ("token", status, True)
    found = read_answer(talk)
    assert (found.kind, found.code, found.words) == (Kind.CODE, "0102", f"HTTP {status}: {words}")
    assert server.paths == ["token"]


@pytest.mark.parametrize(
    "login",
    [
        (500, ""),
        (503, "<html>nginx</html>"),
        (429, "{}"),
        (401, "<html>nginx</html>"),
        (403, ""),
        (404, "{}"),
        (302, ""),
        (200, ""),
        (200, "<html>Mantenimiento</html>"),
        (200, "{}"),
        (200, '{"access_token":""}'),
        (200, '{"access_token":7}'),
        (200, '{"access_token":"a\\r\\nX: b"}'),
        (200, '{"access_token":"ñ"}'),
        (200, '["access_token"]'),
        (200, '{"access_token":"a","access_token":"b"}'),
    ],
)
def test_an_outage_of_the_login_sends_nothing(
    door: Callable[..., Sunat], site: Callable[..., Any], login: tuple[int, str]
) -> None:
    api = Api()
    api.login = login
    server = site(api)
    talk = door(server.address).send_guide(ACCOUNT, GUIDE, b"<a/>")
    assert (talk.status, talk.answer, talk.was_sent) == (None, b"", False)
    assert talk.trouble.startswith("unsent: no se pudo iniciar sesión en la API de SUNAT")
    assert server.paths == ["token"]


@pytest.mark.parametrize("treat", [lambda _: None, lambda c: c.recv(1)], ids=["cut", "slow"])
def test_a_login_without_answer_sends_nothing(
    door: Callable[..., Sunat], raw: Callable[..., Any], treat: Callable[[Any], None]
) -> None:
    talk = door(raw(treat).address).send_guide(ACCOUNT, GUIDE, b"<a/>")
    assert (talk.operation, talk.was_sent) == ("token", False)


def test_a_login_that_drips_is_given_up_like_any_answer(door: Callable[..., Sunat], raw: Callable[..., Any]) -> None:
    def drip(connection: Any) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n")
        for _ in range(100):
            connection.sendall(b" ")
            time.sleep(0.02)

    sunat = door(raw(drip).address, replace(BRISK, login_read_s=0.2))
    started = time.monotonic()
    assert not sunat.ask_guide(ACCOUNT, "1").was_sent
    assert time.monotonic() - started < 1


def test_threads_log_in_once(door: Callable[..., Sunat], site: Callable[..., Any]) -> None:
    api = Api()
    api.think_s = 0.1
    assert _at_once(door(site(api).address), 12) == [200] * 12
    assert api.logins == 1


def test_threads_fail_once(door: Callable[..., Sunat], site: Callable[..., Any]) -> None:
    api = Api()
    api.think_s, api.login = 0.2, (400, '{"error":"access_denied"}')
    assert _at_once(door(site(api).address), 12) == [400] * 12
    assert api.logins == 1


def _at_once(sunat: Sunat, count: int) -> list[int | None]:
    start, statuses = threading.Barrier(count), []

    def ask() -> None:
        start.wait()
        statuses.append(sunat.ask_guide(ACCOUNT, "1").status)

    threads = [threading.Thread(target=ask) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    return statuses


def test_no_talk_shows_a_secret(door: Callable[..., Sunat], site: Callable[..., Any]) -> None:
    api = Api()
    server = site(api)
    sunat = door(server.address)
    shown = repr(sunat.send_guide(ACCOUNT, GUIDE, b"<a/>"))
    for is_ascii in (True, False):
        echo = {"error": f"no: {ACCOUNT.password} {ACCOUNT.client_secret}"}
        api.login = (400, json.dumps(echo, ensure_ascii=is_ascii))
        talk = door(server.address).send_guide(ACCOUNT, GUIDE, b"<a/>")
        shown += repr(talk) + talk.answer.decode() + repr(ACCOUNT) + read_answer(talk).words
    assert not [secret for secret in (ACCOUNT.password, ACCOUNT.client_secret, "Bearer", "t1") if secret in shown]
    assert "***" in shown


def test_where_there_is_no_service_nothing_is_sent() -> None:
    sunat = Sunat(ENDPOINTS[Environment.BETA], lambda: None)  # type: ignore[arg-type, return-value]  # no date is needed
    asked = sunat.ask_validity(ACCOUNT, "20000000001", FACTURA, date(2026, 11, 20), Decimal(1))
    for talk in (sunat.send_guide(ACCOUNT, GUIDE, b"<a/>"), sunat.ask_guide(ACCOUNT, "1"), asked):
        assert (talk.was_sent, talk.trouble) == (False, "unsent: SUNAT no ofrece este servicio en este ambiente")
    assert not sunat.can_send_guide(ACCOUNT)
    assert not sunat.can_ask_validity(ACCOUNT, FACTURA)
    sunat.close()


def test_who_may_use_the_rest_services(door: Callable[..., Sunat]) -> None:
    sunat = door("http://127.0.0.1:1")
    assert (sunat.can_send_guide(ACCOUNT), sunat.can_send_guide(PLAIN)) == (True, False)
    assert (sunat.can_ask_validity(ACCOUNT, FACTURA), sunat.can_ask_validity(PLAIN, FACTURA)) == (True, False)
    told = [kind for kind in ("01", "03", "04", "07", "08", "09", "20", "40", "RC") if _can(sunat, kind)]
    assert told == ["01", "03", "04", "07", "08"]


def _can(sunat: Sunat, doctype: str) -> bool:
    return sunat.can_ask_validity(ACCOUNT, ReceiptId("20000000001", doctype, "B001", 1))


@pytest.mark.parametrize(
    ("total", "monto"),
    [
        (Decimal(236), {"monto": "236.00"}),
        (Decimal("1E+3"), {"monto": "1000.00"}),
        (Decimal("0.005"), {"monto": "0.01"}),
        (None, {}),
    ],
)
def test_a_question_about_a_receipt(
    door: Callable[..., Sunat], site: Callable[..., Any], total: Decimal | None, monto: dict[str, str]
) -> None:
    api = Api()
    api.answer = '{"success":true,"message":"Operation Success! ","data":{"estadoCp":"1"},"errorCode":null}'
    server = site(api)
    talk = door(server.address).ask_validity(ACCOUNT, "20000000010", FACTURA, date(2026, 1, 5), total)
    assert (talk.operation, read_validity(talk).state) == ("askValidity", ReceiptState.ACCEPTED)
    login, asked = server.heard
    assert login.path == "/v1/clientesextranet/a1b2-c3/oauth2/token/"
    assert parse_qs(login.body.decode(), strict_parsing=True) == {
        "grant_type": ["client_credentials"],
        "scope": ["https://api.sunat.gob.pe/v1/contribuyente/contribuyentes"],
        "client_id": ["a1b2-c3"],
        "client_secret": ["s/creto+"],
    }
    assert asked.path == "/v1/contribuyente/contribuyentes/20000000010/validarcomprobante"
    assert json.loads(asked.body) == {
        "numRuc": "20000000001",
        "codComp": "01",
        "numeroSerie": "F001",
        "numero": "7",
        "fechaEmision": "05/01/2026",
        **monto,
    }
