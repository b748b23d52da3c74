"""The simulator's own addresses: the truth about documents and tickets, planted documents, and the clock."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from sample_invoice import RUC, Pen, invoice, sign
from sunat_client import Start, Sunat


def test_the_truth_about_one_name(production: Sunat, pen: Pen) -> None:
    stem = f"{RUC}-01-F900-1"
    assert production.held(stem) == {}
    production.send_xml(stem, sign(invoice("F900-1"), pen))
    production.send_xml(stem, sign(invoice("F900-1"), pen))
    held = production.held(stem)
    whole = next(row for row in production.ledger() if row["name"] == stem)
    assert {key: held[key] for key in whole} == whole
    assert (held["sends"], held["issuedOn"], held["total"], held["currency"]) == (2, "2026-11-22", "118.00", "PEN")
    sends = production.http.get("/_simulator/sends", params={"name": stem}).json()
    assert [(row["code"], row["operation"]) for row in sends] == [("0", "sendBill"), ("1033", "sendBill")]
    assert production.http.get("/_simulator/sends", params={"name": "x"}).json() == []
    cdr = production.http.get(f"/_simulator/ledger/{stem}/cdr").content
    assert f"R-{stem}.xml" in ZipFile(BytesIO(cdr)).namelist()
    assert production.http.get("/_simulator/ledger/x/cdr").status_code == 404


def test_documents_can_be_planted(production: Sunat, pen: Pen) -> None:
    production.plant({"name": f"{RUC}-01-F901-1", "issuedOn": "2026-11-20", "total": "10.00", "currency": "PEN"})
    held = production.held(f"{RUC}-01-F901-1")
    assert (held["state"], held["cameBy"], held["sends"], held["hasCdr"]) == ("accepted", "planted", 0, False)
    assert production.send_xml(f"{RUC}-01-F901-1", sign(invoice("F901-1"), pen)).code == "1033"
    nonsense: object
    for nonsense in ({}, [{}], [{"name": "x"}], [{"name": f"{RUC}-01-F901-2", "state": "gone"}], ["x"]):
        answered = production.http.put("/_simulator/ledger", json=nonsense)
        assert answered.status_code == 422
        assert answered.json()["detail"]
    bad_day = [{"name": f"{RUC}-01-F901-2", "issuedOn": "ayer"}]
    assert production.http.put("/_simulator/ledger", json=bad_day).status_code == 422
    assert production.held(f"{RUC}-01-F901-2") == {}


def test_the_clock_can_be_moved_and_stays_moved(start: Start, tmp_path: Path) -> None:
    with start(tmp_path / "ledger") as sunat:
        assert sunat.http.get("/_simulator/clock").json() == {
            "now": "2026-11-22T10:00:00-05:00",
            "offsetSeconds": 0.0,
        }
        moved = sunat.http.put("/_simulator/clock", json={"offsetSeconds": 86400}).json()
        assert moved == {"now": "2026-11-23T10:00:00-05:00", "offsetSeconds": 86400.0}
        assert sunat.http.put("/_simulator/clock", json={"now": "2026-12-31"}).json()["now"].startswith("2026-12-31T00")
    with start(tmp_path / "ledger") as sunat:
        assert sunat.http.get("/_simulator/health").json()["now"].startswith("2026-12-31T00")


@pytest.mark.parametrize(
    "wish",
    ["", "[]", "{}", '{"now": "ayer"}', '{"offsetSeconds": "x"}', '{"offsetSeconds": 1e12}', '{"offsetSeconds": null}',
     '{"now": "2026-12-31", "offsetSeconds": 1}', '{"now": "9999-12-31T23:59:59-05:00"}', '{"offsetSeconds": NaN}'],
)  # fmt: skip
def test_a_senseless_time_moves_nothing(wish: str, production: Sunat) -> None:
    before = production.http.get("/_simulator/clock").json()
    answered = production.http.put("/_simulator/clock", content=wish.encode())
    assert answered.status_code == 422
    assert "offsetSeconds" in answered.json()["detail"]
    assert production.http.get("/_simulator/clock").json() == before
