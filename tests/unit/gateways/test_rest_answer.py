"""What SUNAT's REST services say: tickets of guías, their verdicts, errors in each form, and the state of a receipt."""

import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import pytest

from onapi.gateways.door import Talk
from onapi.gateways.sunat import Answer, Kind, ReceiptState, Validity, read_answer, read_validity

ZIP = b"PK\x03\x04 un ZIP"
CONTENT = b64encode(ZIP).decode()
UUID = "b3f5a1e2-0000-4000-8000-000000000001"


def talk(answer: Any, status: int | None = 200, operation: str = "askGuide", trouble: str = "") -> Talk:
    body = answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode()
    return Talk(operation, "", datetime(2026, 11, 20, tzinfo=UTC), 1, status, body, trouble)


def sent(answer: Any, status: int = 200) -> Answer:
    return read_answer(talk(answer, status, "sendGuide"))


def asked(answer: Any, status: int = 200) -> Answer:
    return read_answer(talk(answer, status))


def test_a_guide_gets_a_ticket() -> None:
    assert sent({"numTicket": UUID, "fecRecepcion": "2026-06-01T10:00:00"}) == Answer(Kind.TICKET, ticket=UUID)
    assert sent({"numTicket": 20261120}).ticket == "20261120"
    assert sent({"numTicket": UUID}, 202).ticket == UUID


@pytest.mark.parametrize("number", ["", " ", "a b", "../x", "ñ", "x" * 65, None, True, [UUID], {"a": 1}, 1.5, "<b>"])
def test_what_is_no_ticket_is_silence(number: object) -> None:
    assert sent({"numTicket": number}).kind is Kind.SILENCE


def test_a_ticket_counts_only_where_one_was_asked_for() -> None:
    assert asked({"numTicket": UUID}).kind is Kind.SILENCE
    assert read_answer(talk({"numTicket": UUID}, operation="sendBill")).kind is Kind.SILENCE
    assert sent({"codRespuesta": "0", "arcCdr": CONTENT}).kind is Kind.SILENCE
    assert sent({"codRespuesta": "98"}).kind is Kind.SILENCE


@pytest.mark.parametrize("code", ["98", "0098", " 98 ", 98])
def test_in_process(code: object) -> None:
    assert asked({"codRespuesta": code}) == Answer(Kind.PENDING, code="0098", status="0098")


@pytest.mark.parametrize("code", ["0", "99", 0, 99])
def test_a_verdict_comes_as_a_file(code: object) -> None:
    found = asked({"codRespuesta": code, "arcCdr": CONTENT, "indCdrGenerado": "1"})
    assert found == Answer(Kind.FILE, file=ZIP, code=str(code), status=str(code))


@pytest.mark.parametrize("content", ["", None, 7, "El CDR", b64encode(b"texto").decode(), CONTENT[:-3], [CONTENT]])
def test_ok_without_its_file_proves_nothing(content: object) -> None:
    assert asked({"codRespuesta": "0", "arcCdr": content}).kind is Kind.SILENCE


@pytest.mark.parametrize(
    ("number", "code"),
    [("1033", "1033"), (1033, "1033"), ("0100", "0100"), (100, "0100"), ("100", "0100"), (" 3350 ", "3350")],
)
def test_an_error_has_its_code(number: object, code: str) -> None:
    error = {"numError": number, "desError": "palabras"}
    found = asked({"codRespuesta": "99", "error": error, "indCdrGenerado": "0"})
    assert found == Answer(Kind.CODE, code=code, words="palabras", status="0099")


@pytest.mark.parametrize("number", ["", "x", None, "20335", "-2335", True, [2335], 1.5, "error 2335"])
def test_an_error_without_a_code_is_silence(number: object) -> None:
    found = asked({"codRespuesta": "99", "error": {"numError": number, "desError": "palabras"}})
    assert (found.kind, found.code, found.words) == (Kind.SILENCE, "", "99 palabras")


@pytest.mark.parametrize("error", [None, "2335", [], 7])
def test_an_error_of_another_shape_is_silence(error: object) -> None:
    assert asked({"codRespuesta": "99", "error": error}).kind is Kind.SILENCE


@pytest.mark.parametrize("status", [400, 422])
def test_a_list_of_errors_gives_the_first_code(status: int) -> None:
    rows = [{"codError": "155", "desError": "ZIP vacío"}, {"codError": "0508", "desError": "hash"}]
    found = sent({"cod": "422", "msg": "Unprocessable", "exc": None, "errors": rows}, status)
    assert found == Answer(Kind.CODE, code="0155", words="ZIP vacío · hash")


@pytest.mark.parametrize("rows", [[], None, "0155", ["0155"], [{"codError": "x"}], [{}], {"codError": "0155"}])
def test_a_list_without_codes_is_silence(rows: object) -> None:
    found = sent({"cod": "422", "msg": "no se pudo", "errors": rows}, 422)
    assert (found.kind, found.words) == (Kind.SILENCE, "HTTP 422: no se pudo")


@pytest.mark.parametrize(
    ("status", "code"), [(401, "0102"), (403, "0111"), (429, "0109"), (500, "0109"), (502, "0109"), (503, "0109")]
)
def test_an_error_of_the_service_is_its_status(status: int, code: str) -> None:
    told = {"cod": str(status), "msg": "dicho", "exc": None}
    assert sent(told, status) == Answer(Kind.CODE, code=code, words=f"HTTP {status}: dicho")
    assert sent(b"", status) == Answer(Kind.CODE, code=code, words=f"HTTP {status}")


@pytest.mark.parametrize("status", [400, 404, 405, 406, 415])
def test_other_errors_say_nothing_of_the_guide(status: int) -> None:
    assert sent({"cod": str(status), "msg": "dicho", "exc": None}, status).kind is Kind.SILENCE


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"codRespuesta"',
        b"{}",
        b"<html/>",
        b'{"codRespuesta":"0","codRespuesta":"98"}',
        b'{"codRespuesta":"98"} x',
        b'{"a":' * 100_000,
        b"{" + b"\xff" * 9,
        b'{"codRespuesta":' + b"9" * 5000 + b"}",
        b'{"codRespuesta":NaN}',
        b'{"codRespuesta":98.0}',
        b'{"codRespuesta":true}',
        b'{"codRespuesta":{"98":98}}',
    ],
)
def test_what_is_no_answer_is_silence(body: bytes) -> None:
    assert asked(body).kind is Kind.SILENCE
    assert sent(body).kind is Kind.SILENCE
    assert read_validity(talk(body, operation="askValidity")).state is ReceiptState.SILENCE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1"])
def test_words_come_in_either_encoding(encoding: str) -> None:
    told = json.dumps({"codRespuesta": "99", "error": {"numError": "2335", "desError": "año"}}, ensure_ascii=False)
    assert asked(told.encode(encoding)) == Answer(Kind.CODE, code="2335", words="año", status="0099")


def validity(data: object, *, success: object = True, status: int = 200, message: object = "x") -> Validity:
    told = {"success": success, "message": message, "data": data, "errorCode": None}
    return read_validity(talk(told, status, "askValidity"))


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("0", ReceiptState.NOT_FOUND),
        ("1", ReceiptState.ACCEPTED),
        ("2", ReceiptState.VOIDED),
        ("3", ReceiptState.AUTHORISED),
        ("4", ReceiptState.NOT_AUTHORISED),
        (1, ReceiptState.ACCEPTED),
        ("5", ReceiptState.SILENCE),
        ("", ReceiptState.SILENCE),
        (None, ReceiptState.SILENCE),
        (True, ReceiptState.SILENCE),
        ("11", ReceiptState.SILENCE),
        ("-1", ReceiptState.SILENCE),
        ("uno", ReceiptState.SILENCE),
    ],
)
def test_the_state_of_a_receipt(code: object, state: ReceiptState) -> None:
    assert validity({"estadoCp": code}).state is state


def test_what_is_told_beside_the_state() -> None:
    data = {"estadoCp": "1", "estadoRuc": "00", "condDomiRuc": "12", "observaciones": ["una", "otra"]}
    assert validity(data) == Validity(ReceiptState.ACCEPTED, "00", "12", ("una", "otra"))


@pytest.mark.parametrize(
    "found",
    [
        validity({"estadoCp": "1"}, success=False, message="El monto no coincide"),
        validity({"estadoCp": "1"}, success="true"),
        validity({"estadoCp": "1"}, status=202),
        validity([{"estadoCp": "1"}]),
        validity(None),
    ],
)
def test_without_success_there_is_no_state(found: Validity) -> None:
    assert found.state is ReceiptState.SILENCE


@pytest.mark.parametrize(("status", "code"), [(401, "0102"), (403, "0111"), (429, "0109"), (503, "0109"), (422, "")])
def test_a_question_that_fails_tells_why(status: int, code: str) -> None:
    found = read_validity(talk({"cod": str(status), "msg": "dicho"}, status, "askValidity"))
    assert found == Validity(ReceiptState.SILENCE, code=code, words="dicho")


def test_a_question_that_never_left_tells_its_trouble() -> None:
    found = read_validity(talk(b"", None, "askValidity", "unsent: no hubo conexión"))
    assert found == Validity(ReceiptState.SILENCE, words="unsent: no hubo conexión")
