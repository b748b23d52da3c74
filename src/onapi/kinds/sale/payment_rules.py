"""What SUNAT asks of the form of payment: of every factura, and of a credit note that moves payments (v20260212)."""

from collections.abc import Callable

from onapi.kinds.sale.blocks import CASH, CREDIT, Payment
from onapi.kinds.sale.model import Sale
from onapi.rules.rule import Rule
from onapi.rules.shapes import in_cents
from onapi.values.identity import RUC
from onapi.values.money import ZERO


def _of_payment(holds: Callable[[Payment, Sale], bool]) -> Callable[[Sale], bool]:
    """A test of the payment, passed by what has none."""
    return lambda sale: sale.payment is None or holds(sale.payment, sale)


def _form_fits(payment: Payment, sale: Sale) -> bool:
    return payment.form == CREDIT or (payment.form == CASH and not sale.is_note)


def _to_a_ruc(payment: Payment, sale: Sale) -> bool:
    """Only to a customer with RUC does a credit owe its instalments."""
    return payment.form == CREDIT and sale.customer.id_type == RUC


def _has_instalments(payment: Payment, sale: Sale) -> bool:
    return bool(payment.instalments) or not _to_a_ruc(payment, sale)


def _sum_fits(payment: Payment, sale: Sale) -> bool:
    summed = sum((part.amount for part in payment.instalments), ZERO)
    return not payment.instalments or not _to_a_ruc(payment, sale) or payment.pending == summed


def _amounts_fit(payment: Payment, sale: Sale) -> bool:
    return all(in_cents(part.amount) and (part.amount > ZERO or sale.is_note) for part in payment.instalments)


def _within_total(payment: Payment, sale: Sale) -> bool:
    return payment.form != CREDIT or payment.pending is None or payment.pending <= sale.totals.payable


PAYMENT_RULES: tuple[Rule[Sale], ...] = (
    Rule(
        "3246",
        "payment.form",
        "La forma de pago debe ser Contado o Credito; en una nota de crédito, solo Credito.",
        _of_payment(_form_fits),
    ),
    Rule(
        "3252",
        "payment.instalments",
        "Solo una venta al crédito lleva cuotas; quítelas o use Credito.",
        _of_payment(lambda p, _: p.form == CREDIT or not p.instalments),
    ),
    Rule(
        "3249",
        "payment.instalments",
        "Una venta al crédito necesita al menos una cuota con monto y fecha.",
        _of_payment(_has_instalments),
    ),
    Rule(
        "3250",
        "payment.pending",
        "El monto pendiente de pago no puede ser negativo y admite hasta 12 enteros y 2 decimales.",
        _of_payment(lambda p, _: p.pending is None or in_cents(p.pending)),
    ),
    Rule(
        "3253",
        "payment.instalments",
        "El monto de cada cuota debe ser mayor que cero, con hasta 12 enteros y 2 decimales.",
        _of_payment(_amounts_fit),
    ),
    Rule(
        "3265",
        "payment.pending",
        "El monto pendiente de pago no puede superar el total.",
        _of_payment(_within_total),
    ),
    Rule(
        "3319",
        "payment.pending",
        "Las cuotas deben sumar exactamente el monto pendiente de pago.",
        _of_payment(_sum_fits),
    ),
    Rule(
        "3266",
        "payment.instalments",
        "Ninguna cuota puede superar el total.",
        _of_payment(lambda p, s: all(part.amount <= s.totals.payable for part in p.instalments)),
    ),
    Rule(
        "3267",
        "payment.instalments",
        "Las cuotas vencen después de la fecha de emisión.",
        _of_payment(lambda p, s: all(part.due > s.issue_date for part in p.instalments)),
    ),
)
