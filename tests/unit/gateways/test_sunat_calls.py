"""What each call of SUNAT's SOAP services puts on the wire, and where it goes."""

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from onapi.gateways.sunat import ENDPOINTS, Endpoints, Service, SolAccount, Sunat, endpoints_at
from onapi.gateways.sunat.soap import envelope, file_argument, headers
from onapi.values.archive import unzip_one
from onapi.values.number import ReceiptId
from onapi.values.scope import Environment

ACCOUNT = SolAccount("20000000001MODDATOS", "cl<v&'\"é")
FACTURA = ReceiptId("20000000001", "01", "F001", 7)
SUMMARY = ReceiptId("20000000001", "RC", "20261120", 1)
PARAMS = Path(__file__).parents[4] / "shared" / "sunat" / "params" / "endpoints.json"
SERVICES = [("ol-ti-itcpfegem", Service.SALES), ("ol-ti-itemision-otroscpe-gem", Service.OTHERS)]


def quiet(site: Callable[..., Any]) -> Any:
    """A server that answers with next to nothing."""
    return site(lambda _: (200, "<ok/>"))


def test_a_bill_goes_out_as_soap_with_its_zip(door: Callable[..., Sunat], site: Callable[..., Any]) -> None:
    server = quiet(site)
    sunat = door(server.address)
    talk = sunat.send_bill(ACCOUNT, FACTURA.file_name, "<Invoice>ñ</Invoice>".encode())
    assert (talk.operation, talk.status, talk.answer, talk.trouble) == ("sendBill", 200, b"<ok/>", "")
    assert talk.was_sent
    assert (talk.at, talk.address) == (sunat._wire._clock(), f"{server.address}/ol-ti-itcpfegem/billService")
    heard = server.heard[0]
    assert (heard.method, heard.headers["soapaction"]) == ("POST", '"urn:sendBill"')
    assert heard.headers["content-type"] == "text/xml; charset=utf-8"
    told = etree.fromstring(heard.body)
    assert told.findtext(".//{*}Username") == ACCOUNT.user
    assert told.findtext(".//{*}Password") == ACCOUNT.password
    assert told.findtext(".//fileName") == "20000000001-01-F001-7.zip"
    content = b64decode(told.findtext(".//contentFile"))
    assert unzip_one(content) == ("20000000001-01-F001-7.xml", "<Invoice>ñ</Invoice>".encode())


def test_the_same_document_goes_out_as_the_same_bytes(door: Callable[..., Sunat], site: Callable[..., Any]) -> None:
    server = quiet(site)
    for _ in range(2):
        door(server.address).send_bill(ACCOUNT, FACTURA.file_name, b"<Invoice/>")
    assert server.heard[0].body == server.heard[1].body


@pytest.mark.parametrize(("path", "service"), SERVICES)
def test_each_service_has_its_address(
    door: Callable[..., Sunat], site: Callable[..., Any], path: str, service: Service
) -> None:
    server = quiet(site)
    sunat = door(server.address)
    sunat.send_bill(ACCOUNT, FACTURA.file_name, b"<a/>", service)
    sunat.send_summary(ACCOUNT, SUMMARY.file_name, b"<a/>", service)
    sunat.ask_ticket(ACCOUNT, "202612345678901", service)
    assert [heard.path for heard in server.heard] == [f"/{path}/billService"] * 3


def test_a_summary_goes_out_as_a_bill_does(door: Callable[..., Sunat], site: Callable[..., Any]) -> None:
    server = quiet(site)
    talk = door(server.address).send_summary(ACCOUNT, SUMMARY.file_name, b"<SummaryDocuments/>")
    assert (talk.operation, server.heard[0].headers["soapaction"]) == ("sendSummary", '"urn:sendSummary"')
    body = etree.fromstring(server.heard[0].body)[1]
    assert [etree.QName(each).localname for each in body.iter()] == ["Body", "sendSummary", "fileName", "contentFile"]
    assert body.findtext(".//fileName") == "20000000001-RC-20261120-1.zip"
    content = b64decode(body.findtext(".//contentFile"))
    assert unzip_one(content) == ("20000000001-RC-20261120-1.xml", b"<SummaryDocuments/>")


def test_a_ticket_is_asked_for(door: Callable[..., Sunat], site: Callable[..., Any]) -> None:
    server = quiet(site)
    talk = door(server.address).ask_ticket(ACCOUNT, "2026<&>")
    assert (talk.operation, server.heard[0].headers["soapaction"]) == ("getStatus", '"urn:getStatus"')
    assert etree.fromstring(server.heard[0].body).findtext(".//ticket") == "2026<&>"


@pytest.mark.parametrize("operation", ["getStatusCdr", "getStatus"])
def test_a_question_names_the_receipt(door: Callable[..., Sunat], site: Callable[..., Any], operation: str) -> None:
    server = quiet(site)
    sunat = door(server.address)
    ask = sunat.ask_cdr if operation == "getStatusCdr" else sunat.ask_status
    talk = ask(ACCOUNT, FACTURA)
    assert (talk.operation, server.heard[0].headers["soapaction"]) == (operation, f'"urn:{operation}"')
    assert server.heard[0].path == "/ol-it-wsconscpegem/billConsultService"
    asked = etree.fromstring(server.heard[0].body)[1][0]
    assert {etree.QName(each).localname: each.text for each in asked} == {
        "rucComprobante": "20000000001",
        "tipoComprobante": "01",
        "serieComprobante": "F001",
        "numeroComprobante": "7",
    }
    assert not [each for each in asked if etree.QName(each).namespace], "children are unqualified"


def test_the_password_is_in_no_talk_and_no_repr(door: Callable[..., Sunat], site: Callable[..., Any]) -> None:
    talk = door(quiet(site).address).send_bill(ACCOUNT, FACTURA.file_name, b"<Invoice/>")
    assert ACCOUNT.password not in repr(talk)
    assert ACCOUNT.password not in repr(ACCOUNT)
    assert ACCOUNT.ruc == "20000000001"


@pytest.mark.parametrize(
    ("doctype", "series", "can"),
    [
        ("01", "F001", True),
        ("07", "F001", True),
        ("08", "FC01", True),
        ("03", "B001", False),
        ("07", "B001", False),
        ("20", "R001", False),
        ("RC", "20261120", False),
        ("01", "", False),
    ],
)
def test_sunat_tells_of_facturas_and_their_notes(
    door: Callable[..., Sunat], doctype: str, series: str, can: object
) -> None:
    assert door("http://127.0.0.1:1").can_ask(ReceiptId("20000000001", doctype, series, 1)) is can


def test_sunats_tests_tell_nothing() -> None:
    sunat = Sunat(ENDPOINTS[Environment.BETA], lambda: None)  # type: ignore[arg-type, return-value]  # no date is needed
    assert sunat.can_ask(FACTURA) is False
    assert not sunat.ask_cdr(ACCOUNT, FACTURA).was_sent
    assert not sunat.ask_status(ACCOUNT, FACTURA).was_sent
    assert list(sunat.health()) == ["e-beta.sunat.gob.pe"]
    sunat.close()


def test_every_published_address_is_https_at_sunat() -> None:
    found = [address for each in ENDPOINTS.values() for address in each.addresses]
    assert len(found) == 9
    hosts = {address.split("/")[2] for address in found}
    assert all(address.startswith("https://") for address in found)
    assert hosts == {
        "e-beta.sunat.gob.pe",
        "e-factura.sunat.gob.pe",
        "api-seguridad.sunat.gob.pe",
        "api-cpe.sunat.gob.pe",
        "api.sunat.gob.pe",
    }


@pytest.mark.shared
@pytest.mark.skipif(not PARAMS.exists(), reason="SUNAT's own files are not here")
def test_the_addresses_are_the_published_ones() -> None:
    told = json.loads(PARAMS.read_text("utf-8"))
    soap, beta, live = told["soap"], ENDPOINTS[Environment.BETA], ENDPOINTS[Environment.PRODUCTION]
    assert [beta.bill, beta.other_bill] == list(soap["beta"].values())[:2]
    assert [live.bill, live.other_bill] == list(soap["produccion"].values())[:2]
    assert live.consult == soap["consulta_produccion"]["billConsultService"]
    guides, validity = told["gre_rest"], told["consulta_validez_rest"]
    assert (live.guide_token, live.validity_token) == (guides["token"], validity["token"])
    assert guides["envio"].startswith(f"POST {live.guides}/")
    assert validity["consulta"] == f"POST {live.validity}/{{ruc_consultante}}/validarcomprobante"


def test_the_simulator_has_the_same_paths() -> None:
    live, here = ENDPOINTS[Environment.PRODUCTION], endpoints_at("http://127.0.0.1:8090/")
    names = [field.name for field in fields(Endpoints) if field.name != "manners"]
    paths = [(getattr(live, name).split("/", 3)[3], getattr(here, name)) for name in names]
    assert all(address == f"http://127.0.0.1:8090/{path}" for path, address in paths)


def test_an_envelope_escapes_what_it_carries() -> None:
    text = envelope("sendBill", {"fileName": "a<b>&c"}, user="u<", password="p&\x22")
    told = etree.fromstring(text)
    assert (told.findtext(".//{*}Username"), told.findtext(".//{*}Password")) == ("u<", 'p&"')
    assert told.findtext(".//fileName") == "a<b>&c"
    assert headers("getStatusCdr")["SOAPAction"] == '"urn:getStatusCdr"'
    assert file_argument(b"\x00\xff") == "AP8="
