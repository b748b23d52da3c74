"""The sentences that the law wants on a sale (catalogue 52): the caller's, and those that the sale itself asks for."""

from collections.abc import Mapping, Sequence

from onapi.kinds.sale.blocks import Detraccion, Legend, Perception
from onapi.kinds.sale.model import Line, SaleForm
from onapi.page.words import LARGEST, amount_in_words
from onapi.tax.totals import Totals
from onapi.tax.tribute import FREE, IVAP
from onapi.values.money import ZERO

IN_WORDS = "1000"
FREE_TRANSFER = "1002"
PERCEPTION = "2000"
DETRACCION = "2006"
IVAP_LEGEND = "2007"

_TEXTS: Mapping[str, str] = {
    FREE_TRANSFER: "TRANSFERENCIA GRATUITA DE UN BIEN Y/O SERVICIO PRESTADO GRATUITAMENTE",
    PERCEPTION: "COMPROBANTE DE PERCEPCIÓN",
    DETRACCION: "Operación sujeta a detracción",
    IVAP_LEGEND: "OPERACION SUJETA AL IVAP",
}


def legends(
    form: SaleForm,
    lines: Sequence[Line],
    sums: Totals,
    detraccion: Detraccion | None,
    perception: Perception | None,
) -> tuple[Legend, ...]:
    """In order of code; the amount in words is ours unless the caller wrote it."""
    tributes = {line.amounts.tribute for line in lines}
    asked = {
        FREE_TRANSFER: FREE in tributes,
        PERCEPTION: perception is not None,
        DETRACCION: detraccion is not None,
        IVAP_LEGEND: IVAP in tributes,
    }
    wanted = {code: _TEXTS[code] for code, is_asked in asked.items() if is_asked}
    if ZERO <= sums.payable <= LARGEST:
        wanted[IN_WORDS] = amount_in_words(sums.payable, form.currency)
    written = {legend.code: legend.text for legend in form.legends}
    return tuple(Legend(code, text) for code, text in sorted((wanted | written).items()))
