"""The amounts of a boleta or note in a resumen diario: what is absent is computed from what was said.

The total is the sum of its parts; the IGV follows from the operations under it and a rate. A receipt under IVAP has no
IGV, and its operations under IVAP are told as taxed ones.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from onapi.facts.catalog import catalog, is_listed
from onapi.facts.rates import accepted_igv_rates, rate
from onapi.kinds.batch.model import (
    BOLETA,
    NOTHING,
    Given,
    Perception,
    PerceptionForm,
    SummaryForm,
    SummaryLine,
    SummaryLineForm,
)
from onapi.kinds.kind import TotalsMode
from onapi.rules.rule import Fault
from onapi.values.money import ZERO, plain, to_cents
from onapi.values.party import Party

TOLERANCE = Decimal("5.00")  # rules 4019, 4027 and 4302
MISMATCH = "totals_mismatch"
SOLES = "PEN"
FREE_KINDS = frozenset({"free_taxed", "free_exonerated", "free_unaffected", "free_export"})

_HUNDRED = Decimal(100)
_FREE_TAXED = "06"  # catalogue 11
_VALUES = frozenset({"taxed", "exonerated", "unaffected", "export", "charges", "isc", "other", "icbper"})
_NOT_A_SUM = "El total no es la suma de valores de venta, tributos y cargos."
_NO_PARTS = "Falta de qué se compone el total: ponga mtoOperGravadas, mtoOperExoneradas o el que corresponda."
_REMEDY = "Corríjalo o envíelo sin él para que se calcule."


@dataclass(frozen=True, slots=True)
class Day:
    """What SUNAT expects of receipts issued on a day."""

    ivap: Decimal  # percent
    identified_above: Decimal  # total from which a customer has to be named
    boleta_rates: tuple[Decimal, ...]  # IGV percentages it takes, the usual one first
    note_rates: tuple[Decimal, ...]
    is_detailed: bool  # from 2027: free operations by kind, the IGV's rate and the customer's name

    def rates(self, doctype: str) -> tuple[Decimal, ...]:
        """The IGV percentages that a kind of receipt may carry."""
        return self.boleta_rates if doctype == BOLETA else self.note_rates


@lru_cache(maxsize=64)
def day_of(on: date) -> Day:
    """What SUNAT expects on a day; KeyError for a day before the first rates that we know."""
    return Day(
        ivap=rate("ivap", on).value,
        identified_above=rate("boleta_identified_above", on).value,
        boleta_rates=accepted_igv_rates(on),
        note_rates=accepted_igv_rates(on, note=True),
        is_detailed=is_listed("11", _FREE_TAXED, on),
    )


def complete_line(number: int, form: SummaryLineForm, day: Day, mode: TotalsMode) -> SummaryLine:
    """A line with every amount; its total is None where nothing was said of it."""
    mode = TotalsMode.TRUST if form.is_held else mode
    given = {name: to_cents(value) or NOTHING for name, value in form.given.items()}
    values = {name: amount for name, amount in given.items() if name in _VALUES}
    igv, ivap, percent = _value_added(form, given, day, mode)
    total = given.get("total")
    if (total is None or mode is TotalsMode.REPLACE) and given.keys() - {"total"}:
        total = sum(values.values(), igv + ivap)
    return SummaryLine(
        number=number,
        doctype=form.doctype,
        receipt=form.receipt,
        status=form.status,
        customer=_customer(form.customer, is_detailed=day.is_detailed),
        reference=form.reference,
        perception=_perception(form.perception, form.currency, total, mode) if form.perception else None,
        currency=form.currency,
        igv_percent=percent if day.is_detailed and values.get("taxed") and not ivap else None,
        total=total,
        igv=igv,
        ivap=ivap,
        **values,
        **_free(given, is_detailed=day.is_detailed),
    )


def mismatches(form: SummaryForm, lines: tuple[SummaryLine, ...], day: Day) -> Iterator[Fault]:
    """Each given amount that is further from what it should be than SUNAT's tolerance."""
    for n, (said, line) in enumerate(zip(form.lines, lines, strict=True)):
        given = said.given
        if not given or said.is_held:
            continue
        if (total := given.get("total")) is not None and abs(total - (parts := line.parts)) > TOLERANCE:
            yield _mismatch(f"lines[{n}].total", _NOT_A_SUM if len(given) > 1 else _NO_PARTS, parts, total)
        yield from _tax_mismatches(n, said, line, day)
        kinds = [amount for name, amount in given.items() if name in FREE_KINDS]
        if kinds and (free := given.get("free")) is not None and abs(free - sum(kinds)) > TOLERANCE:
            sentence = "Las operaciones gratuitas no son la suma de sus cuatro clases."
            yield _mismatch(f"lines[{n}].free", sentence, sum(kinds, ZERO), free)


def is_tax(amount: Decimal, base: Decimal, percents: tuple[Decimal, ...]) -> bool:
    """True if an amount is, within SUNAT's tolerance, one of these percentages of its base."""
    return any(abs(amount - base * percent / _HUNDRED) <= TOLERANCE for percent in percents)


def _tax_mismatches(n: int, said: SummaryLineForm, line: SummaryLine, day: Day) -> Iterator[Fault]:
    """IGV and IVAP against their rates; zero stands, as SUNAT lets it."""
    percents = (said.igv_percent,) if said.igv_percent else day.rates(line.doctype)
    igv, ivap, base = said.given.get("igv"), said.given.get("ivap"), line.taxed + line.isc
    if igv and not is_tax(igv, base, percents):
        sentence = "El IGV no corresponde a las operaciones gravadas más el ISC."
        yield _mismatch(f"lines[{n}].igv", sentence, base * _nearest(igv, base, percents) / _HUNDRED, igv)
    if ivap and not is_tax(ivap, line.taxed, (day.ivap,)):
        sentence = "El IVAP no corresponde a las operaciones gravadas."
        yield _mismatch(f"lines[{n}].ivap", sentence, line.taxed * day.ivap / _HUNDRED, ivap)


def _value_added(
    form: SummaryLineForm, given: Given, day: Day, mode: TotalsMode
) -> tuple[Decimal, Decimal, Decimal | None]:
    """IGV, IVAP and the rate of the IGV; a rate of the IVAP tells that it is rice."""
    taxed, said = given.get("taxed", NOTHING), form.igv_percent
    igv, ivap = given.get("igv"), given.get("ivap")
    replaces = mode is TotalsMode.REPLACE and bool(taxed)
    if ivap or (said == day.ivap and not igv):
        rice = to_cents(taxed * day.ivap / _HUNDRED) if replaces or not ivap else ivap
        return igv or NOTHING, rice, None
    base = taxed + given.get("isc", NOTHING) if taxed else NOTHING
    percent = said or (_nearest(igv, base, day.rates(form.doctype)) if igv else day.boleta_rates[0])
    if igv is None or replaces:
        igv = to_cents(base * percent / _HUNDRED)
    return igv, NOTHING, percent


def _nearest(tax: Decimal, base: Decimal, percents: tuple[Decimal, ...]) -> Decimal:
    """The rate that comes closest to a tax that was told without one."""
    return min(percents, key=lambda percent: abs(base * percent / _HUNDRED - tax))


def _free(given: Given, *, is_detailed: bool) -> Mapping[str, Decimal]:
    """What was given away, as that day's catalogue 11 has it: in one sum, or by kind."""
    kinds = {name: amount for name, amount in given.items() if name in FREE_KINDS}
    if kinds and is_detailed:
        return kinds
    return {"free": sum(kinds.values(), NOTHING) if kinds else given["free"]} if kinds or "free" in given else {}


def _customer(customer: Party | None, *, is_detailed: bool) -> Party | None:
    if customer is None or is_detailed or not customer.name:
        return customer
    return Party(customer.id_type, customer.id_number, "")


def _perception(form: PerceptionForm, currency: str, total: Decimal | None, mode: TotalsMode) -> Perception:
    """A percepción is in PEN: of a receipt in PEN all its amounts follow; of another, what was said stands."""
    known = total if currency == SOLES and total else None
    percent = form.percent if form.percent is not None else _regime_percent(form.regime)
    base = to_cents(form.base if form.base is not None else known or ZERO)
    keeps = mode is not TotalsMode.REPLACE
    amount = to_cents(form.amount if form.amount is not None and keeps else base * percent / _HUNDRED)
    follows = known + amount if known is not None else None
    said = form.total if keeps or follows is None else None
    return Perception(form.regime, percent, base, amount, to_cents(said if said is not None else follows or ZERO))


def _regime_percent(regime: str) -> Decimal:
    entry = catalog("22").get(regime)
    return Decimal(entry.extra["percent"]) if entry else ZERO


def _mismatch(path: str, sentence: str, expected: Decimal, received: Decimal) -> Fault:
    return Fault(
        MISMATCH, path, f"{sentence} {_REMEDY}", expected=plain(to_cents(expected), 2), received=plain(received, 2)
    )
