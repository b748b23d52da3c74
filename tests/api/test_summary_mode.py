"""Boletas that wait for the resumen of their day, as a caller sees them."""

from collections.abc import Callable
from typing import Any

import httpx2
from api_stack import RUC, Stack, tail

from onapi.flows.summarise import gather

Write = Callable[..., dict[str, Any]]
Call = Callable[..., httpx2.Response]


def test_it_waits_and_is_accepted_with_its_resumen(stack: Stack, send: Call, get: Call, boleta: Write) -> None:
    taken = send(boleta(), boletaMode="summary", wait=30)
    record = taken.json()
    assert (taken.status_code, record["status"], record["nextAction"]["code"]) == (201, "SIGNED", "summarise")
    gather(stack.platform, RUC)
    done = get(f"ngr/{tail(record)}", wait=40).json()
    while done["status"] == "SIGNED":  # the worker was quicker, or another one
        done = get(f"ngr/{tail(record)}", wait=40).json()
    assert (done["status"], done["summary"][:12], done["sunat"]["channel"]) == ("ACCEPTED", "RC-20261120-", "getStatus")
    again = send(_same(record, boleta), boletaMode="summary")
    assert (again.status_code, again.json()["summary"]) == (200, done["summary"])
    assert get(f"cdr/{tail(record)}").json()["cdr"]["accepted"] is True


def _same(record: dict[str, Any], boleta: Write) -> dict[str, Any]:
    return boleta(correlativo=record["number"])


def test_other_kinds_do_not_go_in_one(send: Call, factura: Write) -> None:
    refused = send(factura(), boletaMode="summary")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "/options/boletaMode")


def test_in_a_resumen_on_its_way_it_is_a_conflict(stack: Stack, send: Call, boleta: Write) -> None:
    record = send(boleta(), boletaMode="summary").json()
    label = f"{record['serie']}-{record['number']}"
    line = {"tipoDoc": "03", "serieNro": label, "estado": "1"}
    body = {"ruc": RUC, "doctype": "RC", "document": {"fecGeneracion": "2026-11-20", "details": [line]}}
    stack.arm({"fault": "F24", "polls": 1})
    first = send(body, wait=0, headers={"Idempotency-Key": label})
    assert first.status_code == 202
    refused = send(body)
    assert (refused.status_code, refused.json()["code"]) == (409, "in_progress")
    assert refused.json()["errors"][0]["field"] == "/document/details/0/serieNro"
    assert refused.headers["retry-after"].isdigit()
    assert send(body, headers={"Idempotency-Key": label}, wait=0).json()["id"] == first.json()["id"]
    stack.arm()
