"""Purchases: the liquidación de compra (04), which the buyer issues for a seller who has no receipts of his own."""

from onapi.kinds.kind import Kind, Route
from onapi.kinds.purchase.complete import complete
from onapi.kinds.purchase.digest import digest
from onapi.kinds.purchase.judge import RULES, faults
from onapi.kinds.purchase.model import LIQUIDACION as _CODE
from onapi.kinds.purchase.model import PurchaseForm
from onapi.kinds.purchase.page import page
from onapi.kinds.purchase.read import read
from onapi.kinds.purchase.ubl import build
from onapi.ubl.element import SIGNATURE_ID

LIQUIDACION = Kind(
    code=_CODE,
    name="Liquidacion de compra",
    route=Route.BILL,
    root="SelfBilledInvoice",
    form=PurchaseForm,
    complete=complete,
    rules=RULES,
    faults=faults,
    build=build,
    signature_id=SIGNATURE_ID,
    read=read,
    digest=digest,
    page=page,
)

__all__ = ["LIQUIDACION"]
