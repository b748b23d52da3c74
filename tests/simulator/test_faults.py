"""Armed faults: what the client sees, and what SUNAT holds afterwards."""

from pathlib import Path
from time import monotonic

import httpx2
import pytest
from sample_invoice import RUC, Pen, invoice, sign
from sunat_client import Start, Sunat

_LOST = (httpx2.RemoteProtocolError, httpx2.NetworkError)


def _send(sunat: Sunat, pen: Pen, number: str) -> str:
    """The code of the answer, "" when it was accepted; an answer without code gives its HTTP status."""
    said = sunat.send_xml(f"{RUC}-01-{number}", sign(invoice(number), pen))
    return "" if "applicationResponse" in said.fields else said.code or str(said.status)


def _held(sunat: Sunat, number: str) -> bool:
    return f"{RUC}-01-{number}" in {row["name"] for row in sunat.ledger()}


def test_f01_answers_late(beta: Sunat, pen: Pen) -> None:
    beta.arm({"fault": "F01", "value": 0.4})
    started = monotonic()
    assert _send(beta, pen, "F001-1") == ""
    assert monotonic() - started >= 0.4


def test_f04_drops_before_anything_is_read(beta: Sunat, pen: Pen) -> None:
    beta.arm({"fault": "F04", "count": 2})
    for _ in range(2):
        with pytest.raises(_LOST):
            _send(beta, pen, "F004-1")
    assert not _held(beta, "F004-1")
    assert _send(beta, pen, "F004-1") == ""
    beta.arm({"fault": "F04"})
    with pytest.raises(_LOST):
        beta.post("no es SOAP, y nadie lo lee")


def test_f05_registers_and_loses_the_answer(beta: Sunat, pen: Pen) -> None:
    beta.arm({"fault": "F05"})
    with pytest.raises(_LOST):
        _send(beta, pen, "F005-1")
    assert _held(beta, "F005-1")
    assert _send(beta, pen, "F005-1") == "1033"


@pytest.mark.parametrize(
    ("wish", "status", "body"),
    [
        ({"fault": "F06"}, 200, b""),
        ({"fault": "F07"}, 200, b"<html>"),
        ({"fault": "F09"}, 503, b"<html>"),
        ({"fault": "F09", "value": 502}, 502, b"<html>"),
    ],
)
def test_an_answer_that_is_no_soap(wish: dict[str, object], status: int, body: bytes, beta: Sunat, pen: Pen) -> None:
    beta.arm(wish)
    said = beta.send_xml(f"{RUC}-01-F006-1", sign(invoice("F006-1"), pen))
    assert said.status == status
    assert said.raw.startswith(body)
    assert bool(said.raw) == bool(body)
    assert not _held(beta, "F006-1")


def test_f12_is_a_passing_failure(beta: Sunat, pen: Pen) -> None:
    beta.arm({"fault": "F12"}, {"fault": "F12", "value": "0130"})
    said = beta.send_xml(f"{RUC}-01-F012-1", sign(invoice("F012-1"), pen))
    assert said.fields["faultcode"] == "soap-env:Client.0109"
    said = beta.send_xml(f"{RUC}-01-F012-1", sign(invoice("F012-1"), pen))
    assert said.fields["faultcode"] == "soap-env:Server.0130"
    assert not _held(beta, "F012-1")
    assert _send(beta, pen, "F012-1") == ""


def test_a_fault_can_wait_for_one_document_or_operation(beta: Sunat, pen: Pen) -> None:
    beta.arm({"fault": "F04", "name": f"{RUC}-01-F020-2"}, {"fault": "F12", "operation": "getStatus"})
    assert _send(beta, pen, "F020-1") == ""
    assert beta.call("getStatus", {"ticket": "1"}).code == "0109"
    with pytest.raises(_LOST):
        _send(beta, pen, "F020-2")
    assert not _held(beta, "F020-2")
    assert beta.call("getStatus", {"ticket": "1"}).fields["statusCode"] == "0127"


def test_faults_can_be_taken_back(beta: Sunat, pen: Pen) -> None:
    beta.arm({"fault": "F09", "count": 9})
    assert beta.http.delete("/_simulator/faults").status_code == 204
    assert _send(beta, pen, "F030-1") == ""


@pytest.mark.parametrize(
    "wish",
    ["no", "{}", '["F05"]', '[{"fault": "F99"}]', '[{"fault": "F05", "count": 0}]', '[{"fault":"F01","value":"x"}]'],
)
def test_a_senseless_wish_arms_nothing(wish: str, beta: Sunat) -> None:
    answered = beta.http.put("/_simulator/faults", content=wish.encode())
    assert answered.status_code in {400, 422}
    assert answered.json()["detail"]


def test_every_answer_can_be_slow(start: Start, tmp_path: Path) -> None:
    with start(tmp_path / "ledger", latency_s=0.3) as sunat:
        started = monotonic()
        assert sunat.call("getStatus", {"ticket": "1"}).fields["statusCode"] == "0127"
        assert monotonic() - started >= 0.3


def test_health_says_what_this_is(beta: Sunat) -> None:
    told = beta.http.get("/_simulator/health").json()
    assert (told["status"], told["profile"]) == ("ok", "beta")
    assert "SIN VALIDEZ" in told["notice"]
