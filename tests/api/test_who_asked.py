"""Who asked, and in which request: told by the history, and found by the id that the caller and the log know."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from api_stack import CLIENT_ID, RUC, Stack, clock, tail

from onapi.flows.enrol import signer_of
from onapi.flows.roads import company_of
from onapi.library.receipt import read
from onapi.settings import DEMO_USERNAME
from onapi.store import credentials

Write = Callable[..., dict[str, Any]]
Send = Callable[..., httpx2.Response]


@pytest.fixture(scope="module")
def me(stack: Stack) -> str:
    """The id of the demo's user."""
    with stack.platform.database.reading() as connection:
        found = credentials.find_by_name(connection, CLIENT_ID, DEMO_USERNAME)
    assert found is not None
    return found.id


@pytest.fixture
def named() -> dict[str, str]:
    """A request id of the caller's own."""
    return {"X-Request-Id": f"pedido-{uuid4()}"}


def lines(get: Send, record: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = get(f"ngr/{tail(record)}", include="history").json()["history"]
    return found


def names(get: Send, request_id: str, **more: str) -> set[str]:
    answer = get("documents", ruc=RUC, requestId=request_id, **more)
    assert answer.status_code == 200, answer.text
    return {each["name"] for each in answer.json()["items"]}


def test_what_was_sent_is_found_by_its_request(  # noqa: PLR0917  pytest passes them by name
    me: str, named: dict[str, str], stack: Stack, token: str, send: Send, get: Send, factura: Write
) -> None:
    record = send(factura(), headers=named, wait=30).json()
    told = lines(get, record)
    mine = named["X-Request-Id"]
    assert [(each["event"], each["actor"], each["requestId"]) for each in told] == [
        ("SIGNED", me, mine),
        ("SEND", "onapi", None),
        ("CDR", "sunat", None),
    ]
    assert names(get, mine) == {record["name"]}
    assert names(get, mine, status="ACCEPTED") == {record["name"]}
    assert names(get, mine, status="REJECTED") == set()
    assert names(get, "pedido-de-nadie") == set()
    csv = get("documents.csv", ruc=RUC, requestId=mine).text
    assert csv.count("\n") == 2
    logged = stack.call("GET", "log/50", token=token, params={"ruc": RUC}).json()["items"]
    while mine not in {each["requestId"] for each in logged}:  # it is written a moment later
        logged = stack.call("GET", "log/50", token=token, params={"ruc": RUC}).json()["items"]
    (line,) = (each for each in logged if each["requestId"] == mine)
    assert line["path"].endswith("/sendMessage")


def test_who_voided_it_is_told_of_the_receipt_and_of_its_batch(  # noqa: PLR0917  pytest passes them by name
    me: str, named: dict[str, str], stack: Stack, token: str, send: Send, get: Send, factura: Write
) -> None:
    record = send(factura(), wait=30).json()
    path, body = f"cancel/{tail(record)}", {"reason": "ERROR EN RUC"}
    voided = stack.call("POST", path, token=token, json=body, headers=named, params={"wait": 40}).json()
    mine, batch = named["X-Request-Id"], voided["communication"]
    assert names(get, mine) == {record["name"], batch["name"]}
    told = {each["event"]: each for each in lines(get, record)}
    assert (told["VOID"]["actor"], told["VOID"]["requestId"]) == (me, mine)
    assert (told["VOIDED"]["actor"], told["VOIDED"]["requestId"]) == ("onapi", None)
    signed = lines(get, {**record, "doctype": "RA", "serie": batch["serie"], "number": batch["number"]})[0]
    assert (signed["event"], signed["actor"], signed["requestId"]) == ("SIGNED", me, mine)


def test_who_sent_it_later_and_who_asked_are_told(  # noqa: PLR0917  pytest passes them by name
    me: str, named: dict[str, str], stack: Stack, token: str, send: Send, get: Send, factura: Write
) -> None:
    record = send(factura(), send=False).json()
    stack.call("POST", f"retry/{tail(record)}", token=token, headers=named, params={"wait": 30})
    told = {each["event"]: each for each in lines(get, record)}
    assert (told["RELEASE"]["actor"], told["RELEASE"]["requestId"]) == (me, named["X-Request-Id"])
    assert told["SIGNED"]["requestId"] not in {None, named["X-Request-Id"]}
    assert names(get, named["X-Request-Id"]) == {record["name"]}


def test_who_kept_it_is_told(me: str, named: dict[str, str], stack: Stack, token: str, get: Send) -> None:
    company = company_of(stack.platform, stack.platform.scope(RUC))
    document = {
        "tipoDoc": "01",
        "serie": "F001",
        "correlativo": "88001",
        "company": {"ruc": RUC, "razonSocial": company.party.name},
        "client": {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE DE PRUEBA S.A.C."},
        "details": [{"cantidad": 2, "descripcion": "Teclado", "mtoValorUnitario": 100}],
    }
    xml = read(document, issuer=company.party, now=clock()).sign(signer_of(stack.platform, company)).xml
    body = {"xml": b64encode(xml).decode()}
    record = stack.call("POST", "storeXml", token=token, json=body, headers=named).json()
    assert [(each["actor"], each["requestId"]) for each in lines(get, record)] == [(me, named["X-Request-Id"])]


def test_two_callers_on_one_connection_are_not_taken_for_each_other(
    me: str, stack: Stack, token: str, token_of: Callable[[str], str], factura: Write
) -> None:
    """Both on one kept connection, one after the other."""
    tokens = (token, token_of("dos"))
    told = []
    for each in tokens * 2:
        record = stack.call("POST", "sendMessage", token=each, json=factura()).json()
        found = stack.call("GET", f"ngr/{tail(record)}", token=each, params={"include": "history"}).json()
        told.append(found["history"][0]["actor"])
    assert told[0] == told[2] == me
    assert told[1] == told[3] != me


@pytest.mark.parametrize("wrong", ["x" * 65])
def test_a_filter_that_is_none_is_refused(get: Send, wrong: str) -> None:
    answer = get("documents", ruc=RUC, requestId=wrong)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "/query/requestId")
