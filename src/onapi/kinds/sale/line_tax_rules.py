"""What SUNAT asks of the taxes of each line of a sale: affectation, rates, which taxes go together (v20260212)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from onapi.facts.catalog import is_listed
from onapi.facts.rates import accepted_igv_rates, rate
from onapi.kinds.sale.model import BOLETA, DEBIT_NOTE, FACTURA, Line, Sale
from onapi.kinds.sale.sorts import INVOICES, NOTE_KINDS, NRUS, is_export, is_under_igv, reason
from onapi.rules.rule import Rule
from onapi.rules.shapes import decimals, fits, fits_rate
from onapi.tax.tribute import EXONERATED, EXPORT, FREE, IGV, IVAP, UNAFFECTED, affectation
from onapi.values.money import ZERO

ADJUSTED_EXPORT, ADJUSTED_IVAP = "11", "12"  # catalogues 09 and 10: reasons of a note
_PENALTY = "13"  # catalogue 10, from 2027 on
_IVAP_GOODS, _EXPORTED = "17", "40"  # catalogue 07
_FIRST_PENALTY = date(2027, 1, 1)  # cambios-posteriores
_FINANCIAL = frozenset({"2100", "2101", "2102", "2103", "2104"})  # catalogue 51
_DEDUCTIBLE = "0112"
_LEAST_TAXED = Decimal("0.06")
_MOST_BAGS = 99999
_UNTAXED = frozenset({EXPORT, EXONERATED, UNAFFECTED})
_FREE_UNTAXED = frozenset({"21", "31", "32", "33", "34", "35", "36", "37", "40"})
_HOME = "PEN"


def _rate_accepted(line: Line, sale: Sale) -> bool:
    if sale.operation == NRUS or not is_under_igv(line):
        return True
    return line.igv_percent in accepted_igv_rates(sale.issue_date, note=sale.is_note)


def _taxed_has_tax(line: Line, sale: Sale) -> bool:
    amounts = line.amounts
    if amounts.igv or amounts.igv_base <= _LEAST_TAXED:
        return True
    if amounts.tribute == FREE:
        return not "11" <= line.affectation <= _IVAP_GOODS
    return amounts.tribute not in {IGV, IVAP} or sale.operation == NRUS or not _is_taxed(line)


def _is_taxed(line: Line) -> bool:
    """A rate applies; what no list has is computed as taxed and told by its own rule (2040)."""
    return is_listed("07", line.affectation) and affectation(line.affectation).is_taxed


def _untaxed_has_none(line: Line, _: Sale) -> bool:
    amounts = line.amounts
    if not amounts.igv:
        return True
    return amounts.tribute not in _UNTAXED and (amounts.tribute != FREE or line.affectation not in _FREE_UNTAXED)


def _has_a_base(line: Line, sale: Sale) -> bool:
    """Something to tax; who lends or insures may bill nothing, and so may who sells deductibles with a factura."""
    if line.amounts.igv_base > ZERO or line.amounts.net < ZERO or sale.operation in _FINANCIAL:
        return True
    return sale.operation == _DEDUCTIBLE and sale.id.doctype == FACTURA


def _reason_fits_ivap(line: Line, sale: Sale) -> bool:
    return reason(sale) != ADJUSTED_IVAP or line.affectation == _IVAP_GOODS


def _reason_fits_export(line: Line, sale: Sale) -> bool:
    exported = is_export(sale) or reason(sale) == ADJUSTED_EXPORT
    return not exported or line.affectation == _EXPORTED


def _is_penalty_untaxed(line: Line, sale: Sale) -> bool:
    return reason(sale) != _PENALTY or line.amounts.tribute == UNAFFECTED


def _taxes(line: Line) -> Iterator[Decimal]:
    amounts = line.amounts
    yield amounts.igv
    yield amounts.isc
    yield amounts.other
    yield amounts.icbper


def _bases_fit(line: Line) -> bool:
    amounts = line.amounts
    return fits(amounts.igv_base) and fits(amounts.isc_base) and fits(amounts.other_base)


def _rates_fit(line: Line, _: Sale) -> bool:
    return fits_rate(line.igv_percent) and fits_rate(line.isc_percent) and fits_rate(line.other_percent)


def _bags_fit(line: Line, _: Sale) -> bool:
    return not line.amounts.icbper or (
        line.quantity <= _MOST_BAGS and not decimals(line.quantity) and fits_rate(line.bag_tax)
    )


def _bag_tax_in_force(line: Line, sale: Sale) -> bool:
    if not line.amounts.icbper or sale.currency != _HOME:
        return True
    try:
        return line.bag_tax == rate("icbper", sale.issue_date).value
    except KeyError:
        return True  # before there was such a tax: rule 2949


_AFFECTATION: tuple[Rule[Sale], ...] = (
    Rule(
        "2040",
        "affectation",
        "El tipo de afectación del IGV no está en el catálogo 07; use 10 si la línea está gravada.",
        lambda x, _: is_listed("07", x.affectation),
        over="lines",
    ),
    Rule(
        "2642",
        "affectation",
        "En una exportación, o en la nota que la ajusta (motivo 11), todas las líneas llevan la afectación 40.",
        _reason_fits_export,
        over="lines",
    ),
    Rule(
        "2644",
        "affectation",
        "En una nota de ajuste del IVAP (motivo 12) todas las líneas llevan la afectación 17.",
        _reason_fits_ivap,
        over="lines",
        only=NOTE_KINDS,
    ),
    Rule(
        "3230",
        "affectation",
        "Una nota sobre arroz pilado (afectación 17) debe llevar el motivo 12.",
        lambda x, s: x.affectation != _IVAP_GOODS or reason(s) == ADJUSTED_IVAP,
        over="lines",
    ),
    Rule(
        "3507",
        "affectation",
        "Una nota de débito por penalidades (motivo 13) solo lleva operaciones inafectas; use la afectación 30.",
        _is_penalty_untaxed,
        over="lines",
        since=_FIRST_PENALTY,
        only=(DEBIT_NOTE,),
    ),
)

LINE_TAX_RULES: tuple[Rule[Sale], ...] = (
    *_AFFECTATION,
    Rule(
        "3102",
        "igv_percent",
        "Las tasas admiten hasta 3 enteros y 5 decimales, y no pueden ser negativas.",
        _rates_fit,
        over="lines",
    ),
    Rule(
        "3462",
        "igv_percent",
        "La tasa del IGV no está vigente en la fecha de emisión; use 18, o la del régimen MYPE si le corresponde.",
        _rate_accepted,
        over="lines",
    ),
    Rule(
        "3111",
        "amounts.igv",
        "El IGV de una línea gravada no puede ser cero; revise valor y tasa.",
        _taxed_has_tax,
        over="lines",
    ),
    Rule(
        "3110",
        "amounts.igv",
        "Una línea exonerada, inafecta o de exportación no lleva IGV; quítelo o corrija la afectación.",
        _untaxed_has_none,
        over="lines",
    ),
    Rule(
        "3105",
        "amounts.net",
        "El valor de venta de la línea, redondeado a céntimos, debe ser mayor que cero.",
        _has_a_base,
        over="lines",
        only=(*INVOICES, DEBIT_NOTE),
    ),
    Rule(
        "3031",
        "amounts.igv_base",
        "Las bases de los tributos de la línea no pueden ser negativas y admiten hasta 12 enteros.",
        lambda x, _: x.amounts.net < ZERO or _bases_fit(x),
        over="lines",
    ),
    Rule(
        "2033",
        "amounts.taxes",
        "Los tributos de la línea no pueden ser negativos y admiten hasta 12 enteros.",
        lambda x, _: x.amounts.net < ZERO or all(map(fits, _taxes(x))),
        over="lines",
    ),
    Rule(
        "3021",
        "amounts.taxes",
        "La suma de tributos de la línea no puede ser negativa y admite hasta 12 enteros.",
        lambda x, _: x.amounts.net < ZERO or fits(x.amounts.taxes),
        over="lines",
    ),
    Rule(
        "3223",
        "amounts.isc",
        "El ISC no va con IVAP ni con exportación; quítelo de la línea.",
        lambda x, _: not x.amounts.isc or x.amounts.tribute not in {IVAP, EXPORT},
        over="lines",
    ),
    Rule(
        "2041",
        "isc_system",
        "El sistema del ISC no está en el catálogo 08; use 01 (al valor), 02 (monto fijo) o 03 (precio sugerido).",
        lambda x, _: not x.amounts.isc or is_listed("08", x.isc_system),
        over="lines",
    ),
    Rule(
        "2199",
        "isc_system",
        "El sistema del ISC no está en el catálogo 08; use 01 (al valor), 02 (monto fijo) o 03 (precio sugerido).",
        lambda x, _: not x.amounts.isc or is_listed("08", x.isc_system),
        over="lines",
        only=NOTE_KINDS,
    ),
    Rule(
        "3104",
        "isc_percent",
        "La tasa del ISC no puede ser cero; revise base y monto.",
        lambda x, _: not x.amounts.isc or x.isc_percent > ZERO,
        over="lines",
    ),
    Rule(
        "2892",
        "bag_tax",
        "Con ICBPER la cantidad es de bolsas: un entero de hasta 5 cifras, y su monto con hasta 5 decimales.",
        _bags_fit,
        over="lines",
    ),
    Rule(
        "3238",
        "bag_tax",
        "Ponga en `factorIcbper` lo que paga cada bolsa, o quite el ICBPER de la línea.",
        lambda x, _: not x.amounts.icbper or bool(x.bag_tax),
        over="lines",
    ),
    Rule(
        "3240",
        "amounts.icbper",
        "Una boleta del NRUS (0113) no lleva ICBPER; quítelo de la línea.",
        lambda x, s: s.operation != NRUS or not x.amounts.icbper,
        over="lines",
        only=(BOLETA,),
    ),
    Rule(
        "4237",
        "bag_tax",
        "El ICBPER por bolsa no es el vigente en la fecha de emisión; desde 2023 es 0.50.",
        _bag_tax_in_force,
        over="lines",
    ),
)
