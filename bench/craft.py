"""Complete, check, build and sign facturas, in documents for each second of CPU, with the machine's RSA rate beside."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from figures import show

from onapi.kinds import KINDS
from onapi.kinds.kind import TotalsMode
from onapi.kinds.sale.model import LineForm, SaleForm
from onapi.sign.certificate import self_signed
from onapi.sign.xmldsig import sign
from onapi.ubl.schema import schema_faults
from onapi.values.number import ReceiptId
from onapi.values.party import Address, Party

_RUNS = 5
_NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
_ISSUER = Party("6", "20000000001", "EMPRESA DE PRUEBA S.A.C.", "DEMO", Address("JR. CUSCO 100", "150101"))
_CUSTOMER = Party("6", "20000000010", "CLIENTE DE PRUEBA S.A.C.")


def _form(lines: int) -> SaleForm:
    line = LineForm(Decimal(2), "Teclado mecánico", unit_value=Decimal("100.5"), product_code="TEC-01")
    return SaleForm(ReceiptId("20000000001", "01", "F001", 1), _CUSTOMER, lines=(line,) * lines)


def _rate(work: Callable[[], object], times: int) -> float:
    """How often for each second of CPU."""
    started = time.process_time()
    for _ in range(times):
        work()
    return times / (time.process_time() - started)


def run() -> None:
    """Print every figure."""
    signer, kind = self_signed("20000000001", "EMPRESA", _NOW), KINDS["01"]
    rsa = [_rate(lambda: signer.key.sign(b"x", padding.PKCS1v15(), hashes.SHA256()), 500) for _ in range(_RUNS)]
    show("RSA-2048 signatures", rsa, "/CPU s")
    for lines, times in ((3, 400), (10, 300), (100, 60)):
        form = _form(lines)
        sale = kind.complete(form, _ISSUER, _NOW, TotalsMode.CHECK)

        def issue(form: SaleForm = form) -> bytes:
            return sign(kind.build(kind.complete(form, _ISSUER, _NOW, TotalsMode.CHECK)), signer, kind.signature_id).xml

        def check(form: SaleForm = form, sale: object = sale) -> object:
            return kind.faults(form, sale, TotalsMode.CHECK)

        xml = issue()
        show(f"complete, build and sign, {lines} lines", [_rate(issue, times) for _ in range(_RUNS)], "/CPU s")
        show(f"rules, {lines} lines", [1000 / _rate(check, times) for _ in range(_RUNS)], "ms CPU")
        show(
            f"XSD, {lines} lines", [1000 / _rate(lambda x=xml: schema_faults(x), times) for _ in range(_RUNS)], "ms CPU"
        )
