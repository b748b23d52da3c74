"""Batches, which SUNAT answers with a ticket: resumen diario RC, comunicación de baja RA, resumen de reversiones RR."""

from dataclasses import replace

from onapi.kinds.batch.complete import complete_summary, complete_voided
from onapi.kinds.batch.digest import digest
from onapi.kinds.batch.judge import summary_faults, voided_faults
from onapi.kinds.batch.model import BatchForm
from onapi.kinds.batch.page import summary_page, voided_page
from onapi.kinds.batch.read import read_summary, read_voided
from onapi.kinds.batch.rules import REVERSAL_RULES, VOIDED_RULES
from onapi.kinds.batch.summary_rules import SUMMARY_RULES
from onapi.kinds.batch.ubl import SIGNATURE_ID, build_summary, build_voided
from onapi.kinds.kind import Kind, Route

RESUMEN_DIARIO = Kind(
    code="RC",
    name="Resumen diario",
    route=Route.SUMMARY,
    root="SummaryDocuments",
    form=BatchForm,
    complete=complete_summary,
    rules=SUMMARY_RULES,
    faults=summary_faults,
    build=build_summary,
    signature_id=SIGNATURE_ID,
    read=read_summary,
    digest=digest,
    page=summary_page,
)
COMUNICACION_DE_BAJA = Kind(
    code="RA",
    name="Comunicacion de baja",
    route=Route.SUMMARY,
    root="VoidedDocuments",
    form=BatchForm,
    complete=complete_voided,
    rules=VOIDED_RULES,
    faults=voided_faults,
    build=build_voided,
    signature_id=SIGNATURE_ID,
    read=read_voided,
    digest=digest,
    page=voided_page,
)
RESUMEN_DE_REVERSIONES = replace(
    COMUNICACION_DE_BAJA,
    code="RR",
    name="Resumen de reversiones",
    route=Route.OTHER_SUMMARY,
    rules=REVERSAL_RULES,
)

__all__ = ["COMUNICACION_DE_BAJA", "RESUMEN_DE_REVERSIONES", "RESUMEN_DIARIO"]
