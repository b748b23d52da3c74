"""Consulta Integrada: what SUNAT says of a number, a day and an amount, to anyone who asks with a token."""

from typing import Any

import pytest
from sample_batch import summary, told
from sample_invoice import CUSTOMER, RUC, Pen, invoice, sign
from sunat_client import Sunat

CLIENT = "consulta-1"
FORM = {
    "grant_type": "client_credentials",
    "scope": "https://api.sunat.gob.pe/v1/contribuyente/contribuyentes",
    "client_id": CLIENT,
    "client_secret": "secreto",
}
FACTURA = {
    "numRuc": RUC,
    "codComp": "01",
    "numeroSerie": "F800",
    "numero": "1",
    "fechaEmision": "22/11/2026",
    "monto": "118.00",
}


def _headers(sunat: Sunat) -> dict[str, str]:
    answered = sunat.http.post(f"/v1/clientesextranet/{CLIENT}/oauth2/token/", data=FORM).json()
    assert (answered["token_type"], answered["expires_in"]) == ("JWT", 3600)
    return {"Authorization": f"Bearer {answered['access_token']}"}


def _ask(sunat: Sunat, asker: str = CUSTOMER, **changes: Any) -> dict[str, Any]:
    path = f"/v1/contribuyente/contribuyentes/{asker}/validarcomprobante"
    answered = sunat.http.post(path, json={**FACTURA, **changes}, headers=_headers(sunat))
    return {"status": answered.status_code, **answered.json()}


@pytest.fixture(scope="module")
def sunat(production: Sunat, pen: Pen) -> Sunat:
    """A SUNAT that holds a factura, a boleta from a summary, one voided and one rejected."""
    assert production.send_xml(f"{RUC}-01-F800-1", sign(invoice("F800-1"), pen)).status == 200
    rc = sign(summary("RC-20261122-800", told(1, "B800-1")), pen)
    assert production.settled(f"{RUC}-RC-20261122-800", rc).fields["statusCode"] == "0"
    for number, state in ((2, "voided"), (3, "rejected")):
        planted = {"name": f"{RUC}-01-F800-{number}", "state": state, "issuedOn": "2026-11-22", "total": "118.00"}
        production.plant(planted)
    return production


def test_it_answers_as_sunat_does(sunat: Sunat) -> None:
    assert _ask(sunat) == {
        "status": 200,
        "success": True,
        "message": "Operation Success! ",
        "data": {"estadoCp": "1", "estadoRuc": "00", "condDomiRuc": "00", "observaciones": []},
        "errorCode": None,
    }


@pytest.mark.parametrize(
    ("state", "changes"),
    [
        ("1", {"numero": "00000001", "monto": 118}),
        ("1", {"monto": "118"}),
        ("1", {"codComp": "03", "numeroSerie": "B800"}),
        ("2", {"numero": "2"}),
        ("0", {"numero": "3"}),
        ("0", {"numero": "4"}),
        ("0", {"monto": "118.01"}),
        ("0", {"monto": None}),
        ("0", {"fechaEmision": "21/11/2026"}),
        ("0", {"numRuc": CUSTOMER}),
        ("0", {"codComp": "07"}),
    ],
)
def test_state(state: str, changes: dict[str, Any], sunat: Sunat) -> None:
    told_of = _ask(sunat, **changes)
    assert (told_of["success"], told_of["data"]["estadoCp"]) == (True, state)


def test_the_issuer_is_told_of_too(sunat: Sunat) -> None:
    suspended = _ask(sunat, numRuc="20555000031")["data"]
    assert (suspended["estadoCp"], suspended["estadoRuc"], suspended["condDomiRuc"]) == ("0", "03", "00")
    assert _ask(sunat, numRuc="20555100206")["data"]["condDomiRuc"] == "20"
    assert _ask(sunat, numRuc="20555400005")["data"]["observaciones"]


@pytest.mark.parametrize(
    "changes",
    [
        {"numRuc": "2000"},
        {"codComp": "1"},
        {"codComp": "20"},
        {"numeroSerie": "F8000"},
        {"numero": "x"},
        {"fechaEmision": "2026-11-22"},
        {"fechaEmision": "31/02/2026"},
        {"monto": "mucho"},
        {"monto": "NaN"},
    ],
)
def test_a_wrong_question_is_refused(changes: dict[str, str], sunat: Sunat) -> None:
    answered = _ask(sunat, **changes)
    assert (answered["status"], answered["success"], answered["data"]) == (422, False, None)
    assert next(iter(changes)) in answered["message"]


def test_no_answer_without_its_own_token(sunat: Sunat) -> None:
    path = f"/v1/contribuyente/contribuyentes/{CUSTOMER}/validarcomprobante"
    assert sunat.http.post(path, json=FACTURA).status_code == 401
    form = {
        **FORM,
        "grant_type": "password",
        "scope": "https://api-cpe.sunat.gob.pe",
        "username": f"{RUC}MODDATOS",
        "password": "moddatos",
    }
    guides = sunat.http.post(f"/v1/clientessol/{CLIENT}/oauth2/token/", data=form).json()["access_token"]
    assert sunat.http.post(path, json=FACTURA, headers={"Authorization": f"Bearer {guides}"}).status_code == 401
    wrong = sunat.http.post(f"/v1/clientesextranet/{CLIENT}/oauth2/token/", data={**FORM, "client_id": "otro"})
    assert (wrong.status_code, wrong.json()["error"]) == (401, "unauthorized_client")
    for content in (b"{", b"[]"):
        assert sunat.http.post(path, content=content, headers=_headers(sunat)).status_code == 400


def test_a_token_lasts_an_hour(sunat: Sunat) -> None:
    headers = _headers(sunat)
    path = f"/v1/contribuyente/contribuyentes/{CUSTOMER}/validarcomprobante"
    sunat.forward(3601)
    assert sunat.http.post(path, json=FACTURA, headers=headers).status_code == 401
    sunat.forward(-3601)
    assert sunat.http.post(path, json=FACTURA, headers=headers).status_code == 200
