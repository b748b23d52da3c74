"""Sales: factura 01, boleta 03 and their notes 07 and 08, which share model and arithmetic and differ in rules."""

from dataclasses import replace

from onapi.kinds.kind import Kind, Route
from onapi.kinds.sale.digest import digest
from onapi.kinds.sale.judge import RULES, complete_sale, faults
from onapi.kinds.sale.model import SaleForm
from onapi.kinds.sale.page import page
from onapi.kinds.sale.read import read
from onapi.kinds.sale.ubl import build
from onapi.ubl.element import SIGNATURE_ID

FACTURA = Kind(
    code="01",
    name="Factura",
    route=Route.BILL,
    root="Invoice",
    form=SaleForm,
    complete=complete_sale,
    rules=RULES["01"],
    faults=faults,
    build=build,
    signature_id=SIGNATURE_ID,
    read=read,
    digest=digest,
    page=page,
)
BOLETA = replace(FACTURA, code="03", name="Boleta", rules=RULES["03"])
CREDIT_NOTE = replace(FACTURA, code="07", name="Nota de Credito", root="CreditNote", rules=RULES["07"])
DEBIT_NOTE = replace(FACTURA, code="08", name="Nota de Debito", root="DebitNote", rules=RULES["08"])

__all__ = ["BOLETA", "CREDIT_NOTE", "DEBIT_NOTE", "FACTURA"]
