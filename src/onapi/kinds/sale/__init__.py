"""Sales: factura 01 and boleta 03, which share model, arithmetic and XML, and differ in rules."""

from dataclasses import replace

from onapi.kinds.kind import Kind, Route
from onapi.kinds.sale.digest import digest
from onapi.kinds.sale.judge import complete_sale, faults
from onapi.kinds.sale.model import SaleForm
from onapi.kinds.sale.page import page
from onapi.kinds.sale.read import read
from onapi.kinds.sale.ubl import SIGNATURE_ID, build

FACTURA = Kind(
    code="01",
    name="Factura",
    route=Route.BILL,
    form=SaleForm,
    complete=complete_sale,
    faults=faults,
    build=build,
    signature_id=SIGNATURE_ID,
    read=read,
    digest=digest,
    page=page,
)
BOLETA = replace(FACTURA, code="03", name="Boleta")

__all__ = ["BOLETA", "FACTURA"]
