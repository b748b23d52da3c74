"""Withholdings: retención 20 and percepción 40, which share model and arithmetic, and differ in codes and names."""

from dataclasses import replace

from onapi.kinds.kind import Kind, Route
from onapi.kinds.withholding.complete import complete
from onapi.kinds.withholding.digest import digest
from onapi.kinds.withholding.judge import faults
from onapi.kinds.withholding.model import WithholdingForm
from onapi.kinds.withholding.page import page
from onapi.kinds.withholding.read import read
from onapi.kinds.withholding.rules import PERCEPTION_RULES, RETENTION_RULES
from onapi.kinds.withholding.ubl import build
from onapi.ubl.element import SIGNATURE_ID

RETENCION = Kind(
    code="20",
    name="Comprobante de Retención",
    route=Route.OTHER_BILL,
    root="Retention",
    form=WithholdingForm,
    complete=complete,
    rules=RETENTION_RULES,
    faults=faults,
    build=build,
    signature_id=SIGNATURE_ID,
    read=read,
    digest=digest,
    page=page,
)
PERCEPCION = replace(RETENCION, code="40", name="Comprobante de Percepción", root="Perception", rules=PERCEPTION_RULES)

__all__ = ["PERCEPCION", "RETENCION"]
