"""Detracción and percepción: what the law takes beside the price, both in soles whatever the sale's currency."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from onapi.facts.detracciones import detraccion as listed
from onapi.facts.rates import rate
from onapi.kinds.sale.blocks import Detraccion, DetraccionForm, Perception, PerceptionForm
from onapi.kinds.sale.model import SaleForm
from onapi.values.money import ZERO, to_cents, to_factor

DOMESTIC = "0101"  # catalogue 51
UNDER_DETRACCION = frozenset({"1001", "1002", "1003", "1004"})
UNDER_PERCEPTION = "2001"
HOME_CURRENCY = "PEN"

_BY_GOODS: Mapping[str, str] = {"004": "1002", "028": "1003", "027": "1004"}  # catalogue 54 to 51 (rule 3129)
_RATES: Mapping[str, str] = {"51": "percepcion_01", "52": "percepcion_02", "53": "percepcion_03"}
_DEPOSIT = "001"  # catalogue 59
_HUNDRED = Decimal(100)
_SOL = Decimal(1)


def operation_of(form: SaleForm) -> str:
    """The operation; a detracción or percepción makes a plain domestic sale one of its own."""
    said = form.operation or DOMESTIC
    if said != DOMESTIC:
        return said
    if form.detraccion is not None:
        return _BY_GOODS.get(form.detraccion.code, "1001")
    return UNDER_PERCEPTION if form.perception is not None else said


def complete_detraccion(form: DetraccionForm | None, payable: Decimal, currency: str) -> Detraccion | None:
    """The deposit, in whole soles as the bank takes it; zero where nobody can tell its amount: the rules say so."""
    if form is None:
        return None
    percent = form.percent if form.percent is not None else _usual(form.code)
    amount = form.amount
    if amount is None:
        deposit = payable * percent / _HUNDRED if currency == HOME_CURRENCY else ZERO
        amount = deposit.quantize(_SOL, ROUND_HALF_UP)
    return Detraccion(form.code, percent, to_cents(amount), form.account, form.means or _DEPOSIT)


def complete_perception(form: PerceptionForm | None, payable: Decimal, on: date) -> Perception | None:
    """The percepción on the whole sale, at the rate of its kind."""
    if form is None:
        return None
    base = to_cents(form.base if form.base is not None else payable)
    factor = form.factor if form.factor is not None else _rate(form.code, on)
    amount = to_cents(form.amount if form.amount is not None else base * factor)
    total = to_cents(form.total if form.total is not None else payable + amount)
    return Perception(form.code, to_factor(factor), base, amount, total)


def _usual(code: str) -> Decimal:
    try:
        return listed(code).percent or ZERO
    except KeyError:
        return ZERO


def _rate(code: str, on: date) -> Decimal:
    name = _RATES.get(code)
    return rate(name, on).value / _HUNDRED if name else ZERO
