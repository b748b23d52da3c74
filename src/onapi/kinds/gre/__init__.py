"""Guías de remisión: the remitente's 09 and the transportista's 31, which share model and XML and differ in rules."""

from dataclasses import replace

from onapi.kinds.gre.complete import complete
from onapi.kinds.gre.digest import digest
from onapi.kinds.gre.model import GuideForm
from onapi.kinds.gre.page import page
from onapi.kinds.gre.read import read
from onapi.kinds.gre.rules import REMITENTE as REMITENTE_RULES
from onapi.kinds.gre.rules import TRANSPORTISTA as TRANSPORTISTA_RULES
from onapi.kinds.gre.rules import faults
from onapi.kinds.gre.ubl import build
from onapi.kinds.kind import Kind, Route
from onapi.ubl.element import SIGNATURE_ID

REMITENTE = Kind(
    code="09",
    name="Guía de remisión remitente",
    route=Route.GRE,
    root="DespatchAdvice",
    form=GuideForm,
    complete=complete,
    rules=REMITENTE_RULES,
    faults=faults,
    build=build,
    signature_id=SIGNATURE_ID,
    read=read,
    digest=digest,
    page=page,
)
TRANSPORTISTA = replace(REMITENTE, code="31", name="Guía de remisión transportista", rules=TRANSPORTISTA_RULES)

__all__ = ["REMITENTE", "TRANSPORTISTA"]
