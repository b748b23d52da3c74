"""The consult service: every code it can answer, the CDR it gives back, and its absence in beta."""

from base64 import b64decode

import pytest
from sample_invoice import CUSTOMER, RUC, Pen, invoice, sign
from sunat_client import CONSULT, Sunat

from onapi.cdr import read_cdr


@pytest.fixture(scope="module")
def sunat(production: Sunat, pen: Pen) -> Sunat:
    """A SUNAT that accepted F001-1 and rejected F001-2."""
    assert production.send_xml(f"{RUC}-01-F001-1", sign(invoice("F001-1"), pen)).status == 200
    altered = sign(invoice("F001-2"), pen).replace(b">118.00<", b">1.00<")
    assert production.send_xml(f"{RUC}-01-F001-2", altered).status == 200
    return production


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("0001", (RUC, "01", "F001", "1")),
        ("0001", (RUC, "01", "F001", "0001")),
        ("0002", (RUC, "01", "F001", "2")),
        ("0004", ("2000", "01", "F001", "1")),
        ("0005", (RUC, "1", "F001", "1")),
        ("0006", (RUC, "01", "F01", "1")),
        ("0007", (RUC, "01", "F001", "0")),
        ("0007", (RUC, "01", "F001", "uno")),
        ("0009", (RUC, "03", "B001", "1")),
        ("0010", (RUC, "07", "B001", "1")),
        ("0011", (RUC, "01", "F001", "99")),
        ("0012", (CUSTOMER, "01", "F001", "1")),
    ],
)
def test_get_status(code: str, asked: tuple[str, str, str, str], sunat: Sunat) -> None:
    said = sunat.ask("getStatus", *asked)
    assert (said.status, said.fields["statusCode"]) == (200, code)
    assert said.fields["statusMessage"]
    assert "content" not in said.fields


@pytest.mark.parametrize(("number", "code"), [("1", "0"), ("2", "2335")])
def test_the_cdr_comes_back_as_it_was_given(number: str, code: str, sunat: Sunat) -> None:
    said = sunat.ask("getStatusCdr", RUC, "01", "F001", number)
    assert (said.fields["statusCode"], said.fields["statusMessage"]) == ("0004", "La constancia existe")
    cdr = read_cdr(b64decode(said.fields["content"]))
    assert (cdr.document_id, cdr.code) == (f"F001-{number}", code)


def test_no_cdr_where_there_is_no_document(sunat: Sunat) -> None:
    said = sunat.ask("getStatusCdr", RUC, "01", "F001", "99")
    assert said.fields["statusCode"] == "0011"
    assert "content" not in said.fields


def test_strangers_and_other_operations_are_refused(sunat: Sunat) -> None:
    assert sunat.ask("getStatus", RUC, "01", "F001", "1", user="nadie").code == "0102"
    assert sunat.call("sendBill", {}, path=CONSULT).fields["faultcode"] == "soap-env:Client"


def test_its_contract_is_served(sunat: Sunat) -> None:
    assert b'name="getStatusCdr"' in sunat.http.get(f"{CONSULT}?wsdl").content


def test_beta_has_no_such_service(beta: Sunat) -> None:
    assert beta.http.post(CONSULT, content=b"").status_code == 404
