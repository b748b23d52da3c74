"""Operation 9, the refusals: every fault named at its place, nothing stored, no number used up."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx2
import pytest
from api_stack import NOT_ENROLLED, OTHER_RUC, RUC, Stack

Write = Callable[..., dict[str, Any]]
Send = Callable[..., httpx2.Response]


def faults(answer: httpx2.Response) -> list[tuple[str, str]]:
    return [(fault["field"], fault["code"]) for fault in answer.json()["errors"]]


def test_wrong_totals_are_shown_beside_the_right_ones(stack: Stack, send: Send, factura: Write) -> None:
    before = stack.stock()
    line = {"cantidad": 2, "descripcion": "Teclado", "mtoValorUnitario": 100, "igv": "34.00"}
    answer = send(factura(details=[line], mtoImpVenta=250))
    assert (answer.status_code, answer.json()["code"]) == (422, "totals_mismatch")
    told = {fault["field"]: fault for fault in answer.json()["errors"]}
    assert {"/document/details/0/igv", "/document/mtoImpVenta"} <= told.keys()
    shown = {field: (Decimal(told[field]["expected"]), Decimal(told[field]["received"])) for field in told}
    assert shown["/document/details/0/igv"] == (36, 34)
    assert shown["/document/mtoImpVenta"] == (236, 250)
    assert stack.stock() == before


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"client": {"tipoDoc": "6", "numDoc": "20000000019", "rznSocial": "X S.A."}}, "/document/client/numDoc"),
        ({"serie": "B001"}, "/document/serie"),
        ({"correlativo": 0}, "/document/correlativo"),
        ({"correlativo": "100000000"}, "/document/correlativo"),
        ({"fechaEmision": "2026-11-22"}, "/document/fechaEmision"),
        ({"fechaEmision": "ayer"}, "/document/fechaEmision"),
        ({"tipoMoneda": "SOL"}, "/document/tipoMoneda"),
        ({"details": []}, "/document/details"),
        ({"details": [{"descripcion": "x", "mtoValorUnitario": 1}]}, "/document/details/0/cantidad"),
        ({"details": [{"cantidad": -1, "descripcion": "x", "mtoValorUnitario": 1}]}, "/document/details/0/cantidad"),
        ({"details": [{"cantidad": "1,5", "descripcion": "x", "mtoValorUnitario": 1}]}, "/document/details/0/cantidad"),
        ({"client": None}, "/document/client"),
        ({"details": "muchos"}, "/document/details"),
    ],
)
def test_a_fault_names_its_place(stack: Stack, send: Send, factura: Write, parts: dict[str, Any], field: str) -> None:
    before = stack.stock()
    answer = send(factura(**parts))
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed"), answer.text
    assert field in [fault["field"] for fault in answer.json()["errors"]]
    assert all(fault["message"] for fault in answer.json()["errors"])
    assert stack.stock() == before


def test_every_fault_is_told_at_once(send: Send, factura: Write) -> None:
    client = {"tipoDoc": "6", "numDoc": "20000000019", "rznSocial": ""}
    answer = send(factura(client=client, tipoMoneda="SOL", details=[{"descripcion": "x"}]))
    places = {field for field, _ in faults(answer)}
    assert {"/document/client/numDoc", "/document/client/rznSocial", "/document/tipoMoneda"} <= places
    assert "/document/details/0/cantidad" in places


def test_a_wrong_check_digit_is_told_with_its_code(send: Send, factura: Write) -> None:
    answer = send({**factura(), "ruc": "20000000002"})
    assert (answer.status_code, faults(answer)) == (422, [("/ruc", "ruc_check_digit")])


@pytest.mark.parametrize("doctype", ["99", "", "1", "30", "XX"])
def test_a_kind_that_is_not_issued_here_is_told(stack: Stack, send: Send, factura: Write, doctype: str) -> None:
    before = stack.stock()
    answer = send({**factura(), "doctype": doctype})
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert faults(answer)[0][1] == "unknown_doctype"
    assert stack.stock() == before


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed_json"),
        (b"", 400, "malformed_json"),
        (b"[]", 400, "malformed_json"),
        (b"null", 400, "malformed_json"),
        (b'{"ruc": "\xff"}', 400, "malformed_json"),
        (b'{"ruc": NaN}', 400, "malformed_json"),
        (b'{"ruc": 1, "ruc": 2}', 400, "malformed_json"),
        (b'{"a":' * 100 + b"1" + b"}" * 100, 400, "malformed_json"),
        (b'{"ruc":"20000000001","document":{"details":[],"x":"\\ud800"}}', 400, "malformed_json"),
        (b'{"ruc":"20000000001","document":{"details":[],"x":"\\u0000"}}', 400, "malformed_json"),
        (b"{}", 422, "validation_failed"),
        (b'{"ruc":"20000000001","doctype":"01","document":[]}', 422, "validation_failed"),
        (b'{"ruc":20000000001,"doctype":"01","document":{}}', 422, "validation_failed"),
        (b'{"ruc":"20000000001","xml":"PD94"}', 400, "malformed_xml"),
        (b'{"ruc":"20000000001","xml":"e30="}', 400, "malformed_xml"),
        (b'{"ruc":"20000000001","xml":"?"}', 400, "malformed_base64"),
        (b'{"ruc":"20000000001","xml":"PD94","trama":"OP"}', 422, "validation_failed"),
    ],
)
def test_what_cannot_be_read_is_refused(stack: Stack, token: str, body: bytes, status: int, code: str) -> None:
    before = stack.stock()
    answer = stack.call("POST", "sendMessage", token=token, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert stack.stock() == before


@pytest.mark.parametrize(
    "options",
    [{"wait": 61}, {"wait": -1}, {"wait": "mucho"}, {"send": "quizá"}, {"totals": "x"}, {"include": ["exe"]}, {"x": 1}],
)
def test_options_that_do_not_exist_are_refused(
    stack: Stack, send: Send, factura: Write, options: dict[str, Any]
) -> None:
    before = stack.stock()
    answer = send(factura(), **options)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert faults(answer)[0][0].startswith(f"/options/{next(iter(options))}")
    assert stack.stock() == before


def test_an_escaped_pair_is_text(stack: Stack, token: str, factura: Write) -> None:
    text = json.dumps(factura(observacion="gracias \U0001f600"))
    assert "\\ud83d" in text
    head = {"Content-Type": "application/json"}
    assert stack.call("POST", "sendMessage", token=token, content=text, headers=head).status_code == 201


@pytest.mark.parametrize("kind", ["image/png", "application/x-www-form-urlencoded"])
def test_other_content_types_are_refused(stack: Stack, token: str, kind: str) -> None:
    answer = stack.call("POST", "sendMessage", token=token, content=b"{}", headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("wrap", [bytes, lambda body: iter([body])], ids=["declared", "chunked"])
def test_a_body_over_ten_mebibytes_is_refused(stack: Stack, token: str, wrap: Callable[[bytes], Any]) -> None:
    content = wrap(b" " * (10 * 1024 * 1024 + 1))
    head = {"Content-Type": "application/json"}
    answer = stack.call("POST", "sendMessage", token=token, content=content, headers=head)
    assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")


def test_amounts_beyond_all_measure_are_refused(send: Send, factura: Write) -> None:
    answer = send(factura(details=[{"cantidad": 10**18, "descripcion": "x", "mtoValorUnitario": "1" * 20}]))
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")


def test_another_companys_receipt_is_none_of_ours(stack: Stack, token_of: Callable[[str], str], factura: Write) -> None:
    before = stack.stock()
    body = factura()
    answer = stack.call("POST", "sendMessage", token=token_of("ajeno"), json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "ruc_not_allowed")
    mine = stack.call("POST", "sendMessage", token=token_of("dos"), json={**body, "ruc": OTHER_RUC})
    assert mine.json()["code"] == "ruc_not_allowed"
    assert stack.stock() == before


def test_what_exists_is_not_told_to_strangers(
    stack: Stack, token_of: Callable[[str], str], settled: dict[str, Any]
) -> None:
    token = token_of("ajeno")
    there = stack.call("GET", f"ngr/{RUC}/01/F001/{settled['number']}", token=token)
    absent = stack.call("GET", f"ngr/{RUC}/01/F001/99999999", token=token)
    assert there.status_code == absent.status_code == 403
    assert there.json()["detail"] == absent.json()["detail"]


def test_a_company_that_is_not_enrolled_is_told(stack: Stack, token_of: Callable[[str], str], factura: Write) -> None:
    before = stack.stock()
    answer = stack.call("POST", "sendMessage", token=token_of("dos"), json={**factura(), "ruc": NOT_ENROLLED})
    assert (answer.status_code, answer.json()["code"]) == (422, "company_not_enrolled")
    assert stack.stock() == before


def test_who_may_only_read_sends_nothing(stack: Stack, token_of: Callable[[str], str], factura: Write) -> None:
    answer = stack.call("POST", "sendMessage", token=token_of("lector"), json=factura())
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    found = stack.call("GET", f"ngr/{RUC}/01/F001/99999999", token=token_of("lector"))
    assert found.status_code == 404
