"""The REST service for guides: tokens, tickets, CDRs with the address of the QR code, and each refusal."""

import re
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sample_golden import golden
from sample_invoice import CUSTOMER, RUC, Pen
from sunat_client import Start, Sunat, zipped

from onapi.cdr import read_cdr

CLIENT = "test-85e5b0ae-255c"
GUIDES = "/v1/contribuyente/gem/comprobantes"
FORM = {
    "grant_type": "password",
    "scope": "https://api-cpe.sunat.gob.pe",
    "client_id": CLIENT,
    "client_secret": "test-Hty/M6QshYvPgItX2P0+Kw==",
    "username": f"{RUC}MODDATOS",
    "password": "moddatos",
}


def _token(sunat: Sunat, **changes: str) -> dict[str, Any]:
    answered = sunat.http.post(f"/v1/clientessol/{CLIENT}/oauth2/token/", data={**FORM, **changes})
    return {"status": answered.status_code, **answered.json()}


def _bearer(sunat: Sunat, **changes: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {_token(sunat, **changes)['access_token']}"}


def _archive(stem: str, archive: bytes) -> dict[str, Any]:
    digest = sha256(archive).hexdigest()
    return {
        "archivo": {
            "nomArchivo": f"{stem}.zip",
            "arcGreZip": b64encode(archive).decode(),
            "hashZip": digest,
        }
    }


def _send(sunat: Sunat, stem: str, xml: bytes, headers: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    body = _archive(stem, zipped(f"{stem}.xml", xml))
    answered = sunat.http.post(f"{GUIDES}/{stem}", json=body, headers=headers or _bearer(sunat))
    return answered.status_code, answered.json()


def _ask(sunat: Sunat, ticket: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    answered = sunat.http.get(f"{GUIDES}/envios/{ticket}", headers=headers or _bearer(sunat))
    return answered.status_code, answered.json()


def _settled(sunat: Sunat, stem: str, xml: bytes) -> dict[str, Any]:
    status, told = _send(sunat, stem, xml)
    assert status == 200, told
    sunat.forward(2)
    return _ask(sunat, told["numTicket"])[1]


def test_a_token_is_a_jwt_for_an_hour(production: Sunat) -> None:
    told = _token(production)
    assert (told["status"], told["token_type"], told["expires_in"]) == (200, "JWT", 3600)
    assert re.fullmatch(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+", told["access_token"])


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"password": "otra"}, 401),
        ({"username": "MODDATOS"}, 401),
        ({"client_id": "otro"}, 401),
        ({"client_secret": ""}, 401),
        ({"grant_type": "client_credentials"}, 400),
        ({"scope": "https://api.sunat.gob.pe"}, 400),
    ],
)
def test_no_token_for_others(changes: dict[str, str], status: int, production: Sunat) -> None:
    told = _token(production, **changes)
    assert told["status"] == status
    assert told["error"]
    assert "access_token" not in told


@pytest.mark.parametrize(("doctype", "series"), [("09", "T001"), ("31", "V001")])
def test_a_guide_gets_a_ticket_and_then_its_cdr(doctype: str, series: str, production: Sunat, pen: Pen) -> None:
    stem = f"{RUC}-{doctype}-{series}-1"
    if doctype == "31":
        for row in ("09-T001-100", "09-T001-1"):
            production.plant({"name": f"{RUC}-{row}"})
            production.plant({"name": f"{CUSTOMER}-{row}"})
            production.plant({"name": f"20000000010-{row}"})
    stem = f"{RUC}-{doctype}-{series}-701"
    status, told = _send(production, stem, golden(doctype, f"{series}-701", pen))
    assert (status, told["fecRecepcion"]) == (200, production.http.get("/_simulator/clock").json()["now"][:19])
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", told["numTicket"])
    assert _ask(production, told["numTicket"]) == (200, {"codRespuesta": "98"})
    assert production.held(stem) == {}
    production.forward(2)
    status, done = _ask(production, told["numTicket"])
    assert (status, done["codRespuesta"], done["indCdrGenerado"]) == (200, "0", "1")
    cdr = read_cdr(b64decode(done["arcCdr"]))
    assert cdr.link is not None
    assert cdr.link.startswith(
        "https://e-factura.sunat.gob.pe/v1/contribuyente/gre/comprobantes/descargaqr?hashqr=SIMULADOR-SIN-VALIDEZ-"
    )
    assert (cdr.code, cdr.id, cdr.reference_id) == ("0", told["numTicket"], f"{series}-701")
    assert cdr.description == f"El Comprobante  numero {series}-701, ha sido aceptado"
    held = production.held(stem)
    assert (held["state"], held["sends"], held["cameBy"]) == ("accepted", 1, "sendGre")


def test_a_guide_that_is_taken_or_rejected(production: Sunat, pen: Pen) -> None:
    stem, xml = f"{RUC}-09-T002-1", golden("09", "T002-1", pen)
    rejected = _settled(production, stem, xml.replace(b"EMPRESA DE PRUEBA", b"EMPRESA DE ENSAYO", 1))
    assert (rejected["codRespuesta"], rejected["indCdrGenerado"]) == ("99", "1")
    assert rejected["error"]["numError"] == read_cdr(b64decode(rejected["arcCdr"])).code == "2335"
    assert _settled(production, stem, xml)["codRespuesta"] == "0", "a rejected guide leaves its number free"
    again = _settled(production, stem, xml)
    assert (again["codRespuesta"], again["error"]["numError"]) == ("99", "1033")
    assert again["indCdrGenerado"] == "0"
    assert "arcCdr" not in again
    assert production.held(stem)["sends"] == 3


def test_a_guide_is_for_the_day(production: Sunat, pen: Pen) -> None:
    for number, issued, code in ((1, "2026-11-23", "2329"), (2, "2026-11-20", "2108")):
        xml = golden("09", f"T003-{number}", pen, issued=issued)
        assert _settled(production, f"{RUC}-09-T003-{number}", xml)["error"]["numError"] == code


def test_nothing_without_a_token_of_its_hour(start: Start, tmp_path: Path, pen: Pen) -> None:
    stem, xml = f"{RUC}-09-T001-1", golden("09", "T001-1", pen)
    with start(tmp_path / "ledger", "production") as sunat:
        headers = _bearer(sunat)
        other = headers["Authorization"][:-4] + "AAAA"
        for wrong in ("", "Bearer x", "Basic eA==", other):
            status, told = _send(sunat, stem, xml, {"Authorization": wrong})
            assert (status, told["cod"]) == (401, "401")
            assert _ask(sunat, "x", {"Authorization": wrong})[0] == 401
        sunat.forward(3599)
        assert _send(sunat, stem, xml, headers)[0] == 200
        sunat.forward(1)
        assert _send(sunat, stem, xml, headers)[0] == 401
    with start(tmp_path / "ledger", "production") as sunat:
        sunat.forward(-10)
        assert _ask(sunat, "x", headers)[0] == 422, "the seal of tokens outlives a restart"


def test_a_ticket_is_its_senders(production: Sunat, pen: Pen) -> None:
    ticket = _send(production, f"{RUC}-09-T004-1", golden("09", "T004-1", pen))[1]["numTicket"]
    other = _bearer(production, username=f"{CUSTOMER}MODDATOS")
    for asked, headers in ((ticket, other), ("no-es", None)):
        status, told = _ask(production, asked, headers)
        assert (status, told["errors"][0]["codError"]) == (422, "0127")


WRONG: dict[str, tuple[str, dict[str, str]]] = {
    "hash": ("0508", {"hashZip": "0" * 64}),
    "no hash": ("0501", {"hashZip": ""}),
    "no name": ("0501", {"nomArchivo": ""}),
    "another name": ("0151", {"nomArchivo": f"{RUC}-09-T005-2.zip"}),
    "another kind": ("0151", {"nomArchivo": f"{RUC}-01-F001-1.zip"}),
    "no base64": ("0156", {"arcGreZip": "%%%"}),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_payload_is_422_with_its_errors(case: str, production: Sunat) -> None:
    code, change = WRONG[case]
    stem = f"{RUC}-09-T005-1"
    body = _archive(stem, zipped(f"{stem}.xml", b"<a/>"))
    body["archivo"].update(change)
    answered = production.http.post(f"{GUIDES}/{stem}", json=body, headers=_bearer(production))
    told = answered.json()
    assert (answered.status_code, told["cod"], told["exc"]) == (422, "422", None)
    assert told["errors"][0]["codError"] == code
    assert told["errors"][0]["desError"]


@pytest.mark.parametrize(
    ("name", "archive", "code"),
    [("a.xml", b"", "0155"), ("a.xml", b"PK", "0156"), ("a.xml", None, "0159"), (f"{RUC}-09-T006-2.xml", None, "0161")],
)
def test_a_wrong_zip_is_422(name: str, archive: bytes | None, code: str, production: Sunat) -> None:
    stem = f"{RUC}-09-T006-1"
    body = _archive(stem, zipped(name, b"<a/>") if archive is None else archive or b" ")
    if archive == b"":
        body["archivo"]["arcGreZip"] = "="
        code = "0156"
    answered = production.http.post(f"{GUIDES}/{stem}", json=body, headers=_bearer(production))
    assert (answered.status_code, answered.json()["errors"][0]["codError"]) == (422, code)


def test_others_documents_and_other_bodies(production: Sunat, pen: Pen) -> None:
    other = _bearer(production, username=f"{CUSTOMER}MODDATOS")
    status, told = _send(production, f"{RUC}-09-T007-1", golden("09", "T007-1", pen), other)
    assert (status, told["errors"][0]["codError"]) == (422, "0154")
    for content, media, expected in (
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"a=b", "application/x-www-form-urlencoded", 415),
    ):
        headers = {**_bearer(production), "Content-Type": media}
        answered = production.http.post(f"{GUIDES}/{RUC}-09-T007-1", content=content, headers=headers)
        assert (answered.status_code, answered.json()["cod"]) == (expected, str(expected))


def test_voiding_is_not_offered(production: Sunat) -> None:
    answered = production.http.request("DELETE", f"{GUIDES}/{RUC}-09-T001-1", headers=_bearer(production))
    assert answered.status_code == 405


def test_faults_befall_these_services_too(production: Sunat, pen: Pen) -> None:
    stem, xml = f"{RUC}-09-T008-1", golden("09", "T008-1", pen)
    headers = _bearer(production)
    production.arm({"fault": "F12", "name": stem}, {"fault": "F09", "operation": "getGre"})
    assert _send(production, stem, xml, headers)[0] == 500
    ticket = _send(production, stem, xml, headers)[1]["numTicket"]
    assert production.http.get(f"{GUIDES}/envios/{ticket}", headers=headers).status_code == 503
    assert _ask(production, ticket, headers)[1] == {"codRespuesta": "98"}
