"""How SUNAT words what it finds: an error in a refusal, an observation as a note of the CDR."""

import re
from collections.abc import Iterable

from onapi.cdr import Note
from onapi.errors import Refused
from onapi.facts.codes import return_code
from onapi.simulator.content import Finding
from onapi.simulator.office import refusal

_POSITION = re.compile(r"\[\d+\]")
_LINE = re.compile(r"Line\[(\d+)\]|Line(?=/|$)")
_SHOWN = 2  # steps of a path, as SUNAT shows them


def gather(findings: Iterable[Finding]) -> tuple[Note, ...]:
    """The notes of a document that stands; Refused with the first error that it does not stand for."""
    notes = []
    for finding in findings:
        if finding.is_error:
            raise as_refusal(finding)
        message = return_code(finding.code).message
        notes.append(Note(finding.code, f"{message} - INFO: {_where(finding)}"))
    return tuple(notes)


def as_refusal(finding: Finding) -> Refused:
    """An error, ready to be raised."""
    line = _LINE.search(finding.node)
    place = f"Error en la linea: {line[1] or 1} : " if line else "INFO : "
    return refusal(finding.code, f"{place}{_where(finding)}")


def _where(finding: Finding) -> str:
    """A place and what stands there: `2800 (nodo: "cac:PartyIdentification/cbc:ID" valor: "7")`."""
    steps = [step for step in _POSITION.sub("", finding.node).split("/") if step and step != "*"]
    is_leaf = bool(steps) and not steps[-1].startswith("cac:")  # of a branch there is no one value
    value = " ".join(finding.value.split()) if is_leaf else ""
    return f'{finding.code} (nodo: "{"/".join(steps[-_SHOWN:]) or "/"}" valor: "{value}")'
