"""A receipt from elsewhere moves by the road of all: who subscribed hears of its verdict, and what proves it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flow_world import RUC, World
from hook_receiver import Receivers, endpoint, with_receivers

from onapi.api.shapes.record import record
from onapi.flows import enrol, look
from onapi.flows.author import written_by
from onapi.flows.enrol import signer_of, sol_of
from onapi.flows.examine_xml import Given
from onapi.flows.issue import Issued
from onapi.flows.refresh import refresh
from onapi.flows.roads import company_of
from onapi.flows.store_xml import store
from onapi.gateways.sunat import read_answer
from onapi.library.receipt import read
from onapi.store.receipts import Kept

A = "https://a.ejemplo.pe/hook"
_BOLETA = {"tipoDoc": "1", "numDoc": "45678912", "rznSocial": "JUAN PEREZ ROJAS"}
_FIRM = {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE DE PRUEBA"}


@pytest.fixture
def receivers(here: World) -> Iterator[Receivers]:
    """One receiver of everything."""
    found = with_receivers(here)
    endpoint(here, A)
    return found


def elsewhere(here: World, doctype: str = "01", *, told: bool = True) -> tuple[bytes, bytes]:
    """XML that somebody else signed and, if told, sent; and its CDR."""
    number = next(here.numbers)
    series, client = ("F001", _FIRM) if doctype == "01" else ("B001", _BOLETA)
    document = {
        "tipoDoc": doctype,
        "serie": series,
        "correlativo": str(number),
        "company": {"ruc": RUC, "razonSocial": "EMPRESA DE PRUEBA S.A.C."},
        "client": client,
        "details": [{"cantidad": 2, "descripcion": "Teclado", "mtoValorUnitario": 100}],
    }
    company = company_of(here.platform, here.platform.scope(RUC))
    receipt = read(document, issuer=company.party, now=here.clock())
    xml = receipt.sign(signer_of(here.platform, company)).xml
    if not told:
        return xml, b""
    talk = here.platform.sunat.send_bill(sol_of(here.platform, company), receipt.digest.id.file_name, xml)
    return xml, read_answer(talk).file


def heard(here: World, receivers: Receivers) -> list[dict[str, Any]]:
    here.run()
    return [json.loads(call.body) for call in receivers.came.get(A, [])]


def public(here: World, issued: Issued) -> dict[str, Any]:
    kept = look.again(here.platform, Kept(issued.document, issued.submission))
    return record(kept, here.clock(), look.surroundings_of(here.platform, kept))


def test_its_cdr_is_told(here: World, receivers: Receivers) -> None:
    xml, cdr = elsewhere(here)
    with written_by("ana"):
        issued = store(here.platform, Given(RUC, xml, cdr))
    (told,) = heard(here, receivers)
    assert (told["type"], told["data"]["origin"], told["data"]["status"]) == (
        "document.accepted", "STORE_XML", "ACCEPTED",
    )  # fmt: skip
    assert told["data"]["sunat"]["evidence"] == "CDR"
    assert told["data"] == json.loads(json.dumps(public(here, issued), default=float))
    assert [line.actor for line in here.history(issued)] == ["ana", "ana"]


def test_without_a_cdr_there_is_nothing_to_tell_until_it_comes(here: World, receivers: Receivers) -> None:
    xml, cdr = elsewhere(here)
    store(here.platform, Given(RUC, xml))
    assert heard(here, receivers) == []
    assert store(here.platform, Given(RUC, xml, cdr)).replayed
    assert [each["type"] for each in heard(here, receivers)] == ["document.accepted"]
    store(here.platform, Given(RUC, xml, cdr))
    assert len(heard(here, receivers)) == 1


def believed(here: World) -> Issued:
    """A boleta of elsewhere of which SUNAT only says that it has it: no service gives its CDR."""
    enrol.set_validity(here.platform, here.platform.scope(RUC), "consultas", "secreto-de-consultas")
    xml, _ = elsewhere(here, "03")
    return store(here.platform, Given(RUC, xml, check_sunat=True))


def test_what_sunat_only_says_is_told_as_that_and_as_no_more(here: World, receivers: Receivers) -> None:
    """Guarantee R04: the status is SUNAT's word, as `checkSunat` promises, and nobody takes it for a constancia."""
    issued = believed(here)
    told = public(here, issued)
    assert (told["status"], told["sunat"]["evidence"], told["sunat"]["channel"]) == ("ACCEPTED", "CONSULTA", "consulta")
    assert (told["sunat"]["code"], told["available"]["cdr"], told["numberState"]) == (None, False, "TAKEN")
    assert "constancia" in told["sunat"]["description"]
    assert [each["code"] for each in told["warnings"]] == ["cdr_missing"]
    (news,) = heard(here, receivers)
    assert (news["type"], news["data"]["sunat"]["evidence"]) == ("document.accepted", "CONSULTA")


def test_the_constancia_that_comes_later_is_news(here: World, receivers: Receivers) -> None:
    xml, cdr = elsewhere(here, "03")
    enrol.set_validity(here.platform, here.platform.scope(RUC), "consultas", "secreto-de-consultas")
    store(here.platform, Given(RUC, xml, check_sunat=True))
    issued = store(here.platform, Given(RUC, xml, cdr))
    told = heard(here, receivers)
    assert [(each["type"], each["data"]["sunat"]["evidence"]) for each in told] == [
        ("document.accepted", "CONSULTA"),
        ("document.accepted", "CDR"),
    ]
    assert told[0]["sequence"] < told[1]["sequence"]
    assert public(here, issued)["sunat"]["evidence"] == "CDR"


def test_what_sunat_does_not_know_is_not_believed(here: World, receivers: Receivers) -> None:
    xml, _ = elsewhere(here, "03", told=False)
    enrol.set_validity(here.platform, here.platform.scope(RUC), "consultas", "secreto-de-consultas")
    issued = store(here.platform, Given(RUC, xml, check_sunat=True))
    told = public(here, issued)
    assert (told["status"], told["sunat"]) == ("SIGNED", None)
    here.clock.forward(timedelta(minutes=1).total_seconds())
    refresh(here.platform, Kept(issued.document, here.now(issued)))
    assert public(here, issued)["status"] == "SIGNED"
    assert heard(here, receivers) == []


def test_every_accepted_of_the_road_has_its_constancia(here: World) -> None:
    """CONSULTA alone never settles what was issued here: it stays UNKNOWN, and its number taken."""
    issued = here.issue()
    here.run()
    assert public(here, issued)["sunat"]["evidence"] == "CDR"
    refused = here.issue()
    here.arm({"fault": "F12", "value": "2335", "name": refused.document.receipt.file_name})
    here.run()
    told = public(here, refused)
    assert (told["status"], told["available"]["cdr"], told["sunat"]["evidence"]) == ("REJECTED", False, "ANSWER")
    held = replace(here.now(refused), outcome="HELD", code="sol_credentials_missing", cdr=None)
    assert record(Kept(refused.document, held), here.clock())["sunat"]["evidence"] is None
