"""A receipt of every kind for the flows' world, and what the tests of their roads do again and again."""

from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from flow_world import RUC, World

from onapi.flows import enrol
from onapi.flows.issue import Issued, Request, issue
from onapi.intake import read_json
from onapi.library.forms import Told
from onapi.lifecycle import State

EXAMPLES = Path(__file__).parents[2] / "examples"
DAY, MOMENT = "2026-11-20", "2026-11-20T10:00:00-05:00"  # of Lima, when the world begins
SYNCHRONOUS = ("01", "03", "04", "07", "08", "20", "40")
GUIDES, BATCHES = ("09", "31"), ("RC", "RA", "RR")
EVERY_KIND = (*SYNCHRONOUS, *GUIDES, *BATCHES)
WITH_TICKET = (*GUIDES, *BATCHES)
_FILES = {read.name[:2].upper(): read for read in EXAMPLES.glob("*.json")}
_OWN_DAY = {"09": ("envio", "fecTraslado"), "31": ("envio", "fecTraslado")}
_batches = count(50_001)  # those that number themselves begin at 1, and a simulator remembers all of them


def document_of(here: World, kind: str, **changes: Any) -> dict[str, Any]:
    """The example of a kind, with a number of its own, on the day on which the world begins."""
    found = read_json(_FILES[kind].read_bytes())
    found.pop("company", None)
    if kind in BATCHES:
        found |= {"fecResumen": DAY, "fecGeneracion": DAY} if kind == "RC" else {"fecComunicacion": DAY}
        found |= {"fecGeneracion": DAY, "correlativo": str(next(_batches))}
    else:
        found |= {"fechaEmision": DAY if kind == "31" else MOMENT, "correlativo": str(next(here.numbers))}
    if kind in _OWN_DAY:
        found["envio"]["fecTraslado"] = DAY
    for line in found["details"] if kind in {"20", "40"} else ():
        line |= {name: DAY for name in ("fechaRetencion", "fechaPercepcion") if name in line}
    return {**found, **changes}


def issue_any(here: World, kind: str, document: dict[str, Any] | None = None, **wishes: Any) -> Issued:
    """A receipt of a kind, kept, its first work waiting; what it refers to is known to SUNAT first."""
    told = document or referring(here, kind)
    request = Request(RUC, Told("json", told, doctype=kind, pointer="/document"), **wishes)
    return issue(here.platform, request)


def referring(here: World, kind: str) -> dict[str, Any]:
    """The example of a kind, about receipts that SUNAT knows."""
    if kind in {"07", "08"}:
        factura = settled(here, "01")
        return document_of(here, kind, numDocAfectado=factura.document.receipt.label)
    if kind in {"RA", "RR"}:
        about = settled(here, "01" if kind == "RA" else "20").document.receipt
        line = {"tipoDoc": about.doctype, "serie": about.series, "correlativo": str(about.number)}
        return document_of(here, kind, details=[{**line, "desMotivoBaja": "ERROR EN EMISION"}])
    if kind == "40":  # SUNAT looks for what was charged
        charged = settled(here, "01").document.receipt.label
        line = document_of(here, "40")["details"][0]
        return document_of(here, "40", details=[{**line, "numDoc": charged, "fechaEmision": DAY}])
    if kind == "RC":
        return summary_of(here, issue_any(here, "03", in_summary=True))
    return document_of(here, kind)


def summary_of(here: World, *boletas: Issued) -> dict[str, Any]:
    """A resumen that reports boletas of ours."""
    line = read_json(_FILES["RC"].read_bytes())["details"][0]
    names = [boleta.document.receipt for boleta in boletas]
    amounts = [{"total": b.document.total, "mtoOperGravadas": 200, "mtoIGV": 36} for b in boletas]
    lines = [
        {**line, **amount, "tipoDoc": name.doctype, "serieNro": name.label, "clienteTipo": "1"}
        for name, amount in zip(names, amounts, strict=True)
    ]
    return document_of(here, "RC", details=[{k: v for k, v in each.items() if v is not None} for each in lines])


def settled(here: World, kind: str) -> Issued:
    """One that SUNAT accepted."""
    issued = issue_any(here, kind)
    here.run()
    assert here.now(issued).outcome == "ACCEPTED", here.now(issued)
    return issued


def enrol_everything(here: World) -> None:
    """Credentials for the guías and for the Consulta Integrada too."""
    scope = here.platform.scope(RUC)
    enrol.set_gre(here.platform, scope, "cliente", "secreto")
    enrol.set_validity(here.platform, scope, "cliente", "secreto")


def until(here: World, issued: Issued, *states: State, most: int = 200) -> None:
    """Work until it stands in one of the states."""
    for _ in range(most):
        if here.now(issued).state in states:
            return
        assert here.step() is not None, f"nothing waits, and it is {here.now(issued)}"
    raise AssertionError(f"not {states} after {most} steps: {here.now(issued)}")


def work_for(here: World, time: timedelta) -> int:
    """Work at whatever comes due in a while, and let the rest of it pass; gives the number of steps."""
    end, steps = here.clock() + time, 0
    while (waiting := here.waiting()) and waiting[0][0] <= end:
        here.step()
        steps += 1
    here.clock.now = max(end, here.clock())
    return steps


def events(here: World, issued: Issued) -> list[str]:
    """What happened to it, in order."""
    return [line.event for line in here.history(issued)]


def sends(here: World, issued: Issued) -> int:
    """How often its file was sent."""
    return sum(talk.operation.startswith("send") for talk in here.talks(issued))
