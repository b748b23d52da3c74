"""What SUNAT asks of credit and debit notes: why, what they modify, and what each reason allows (v20260212)."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from onapi.facts.catalog import is_listed
from onapi.kinds.sale.blocks import Modified
from onapi.kinds.sale.complete import RESCHEDULED
from onapi.kinds.sale.line_tax_rules import ADJUSTED_EXPORT, ADJUSTED_IVAP
from onapi.kinds.sale.model import BOLETA, CREDIT_NOTE, DEBIT_NOTE, FACTURA, Sale
from onapi.kinds.sale.sorts import reason
from onapi.rules.rule import Rule
from onapi.rules.shapes import is_line
from onapi.tax.tribute import EXONERATED, EXPORT, IGV, ISC, IVAP, OTHER, UNAFFECTED
from onapi.values.money import ZERO

_REASONS: Mapping[str, str] = {CREDIT_NOTE: "09", DEBIT_NOTE: "10"}  # catalogues
_SINCE_2027 = date(2027, 1, 1)
_LESSENING = frozenset({"04", "05", "08"})  # discounts and bonuses
_AUTHORISED = frozenset(
    {"05", "06", "11", "12", "13", "15", "16", "17", "18", "21", "23", "24", "28", "30", "34", "37", "42", "43", "45"}
    | {"55", "56"}
)
_OF_F_SERIES = _AUTHORISED | {FACTURA}
_OF_B_SERIES = frozenset({BOLETA, "12", "16", "55"})
_NOTHING = frozenset({"", "-"})
_FACTURA_NUMBER = re.compile(r"(?:F[A-Z0-9]{3}|E001|\d{1,4})-\d{1,8}", re.ASCII)
_BOLETA_NUMBER = re.compile(r"(?:B[A-Z0-9]{3}|EB01|\d{1,4})-\d{1,8}", re.ASCII)
_ANY_NUMBER = re.compile(r"[a-zA-Z0-9-]{1,20}-[a-zA-Z0-9-]{1,20}", re.ASCII)
_LONGEST_REASON = 500


def _of_note(holds: Callable[[Modified, Sale], bool]) -> Callable[[Sale], bool]:
    """A test of what a note modifies, passed by what is no note."""
    return lambda sale: sale.modified is None or holds(sale.modified, sale)


def _reason_listed(note: Modified, sale: Sale) -> bool:
    return is_listed(_REASONS[sale.id.doctype], note.code, on=sale.issue_date)


def _of_series(letter: str, doctypes: frozenset[str]) -> Callable[[Sale], bool]:
    """The documents that a note of such a series may modify."""

    def holds(note: Modified, sale: Sale) -> bool:
        if not sale.id.series.startswith(letter) or note.doctype in doctypes:
            return True
        return note.doctype in _NOTHING and note.code == _may_modify_nothing(sale)

    return _of_note(holds)


def _may_modify_nothing(sale: Sale) -> str:
    """The reason of notes that need name no document: other concepts, or penalties, whose code changes in 2027."""
    if sale.id.doctype == CREDIT_NOTE:
        return "10"
    return "13" if sale.issue_date >= _SINCE_2027 else "03"


def _number_fits(note: Modified, _: Sale) -> bool:
    if note.doctype in _NOTHING:
        return not note.number or _ANY_NUMBER.fullmatch(note.number) is not None
    shape = {FACTURA: _FACTURA_NUMBER, BOLETA: _BOLETA_NUMBER}.get(note.doctype, _ANY_NUMBER)
    return shape.fullmatch(note.number) is not None


def _without(refused: Mapping[str, tuple[str, ...]]) -> Callable[[Sale], bool]:
    """A note of a reason has no total of these tributes."""
    return lambda sale: all(sale.totals.base(code) <= ZERO for code in refused.get(reason(sale), ()))


_WRONG_TYPE = "El comprobante que modifica no va con la serie de la nota: F modifica facturas (01) y B, boletas (03)."
_WRONG_NUMBER = "El número que modifica debe ser como F001-123 (factura) o B001-123 (boleta)."

NOTE_RULES: tuple[Rule[Sale], ...] = (
    Rule(
        "2172",
        "modified.code",
        "El motivo no existe; use uno del catálogo 09 (nota de crédito) o 10 (nota de débito), como 01.",
        _of_note(_reason_listed),
    ),
    Rule(
        "2135",
        "modified.reason",
        "El sustento de la nota debe tener de 1 a 500 caracteres, sin saltos de línea.",
        _of_note(lambda n, _: not n.reason or is_line(n.reason, 1, _LONGEST_REASON)),
    ),
    Rule("2116", "modified.doctype", _WRONG_TYPE, _of_series("F", _OF_F_SERIES)),
    Rule("2399", "modified.doctype", _WRONG_TYPE, _of_series("B", _OF_B_SERIES)),
    Rule("2204", "modified.doctype", _WRONG_TYPE, _of_series("F", _OF_F_SERIES)),
    Rule("2400", "modified.doctype", _WRONG_TYPE, _of_series("B", _OF_B_SERIES)),
    Rule("2117", "modified.number", _WRONG_NUMBER, _of_note(_number_fits)),
    Rule("2205", "modified.number", _WRONG_NUMBER, _of_note(_number_fits)),
    Rule(
        "3259",
        "modified.doctype",
        "Una nota de motivo 13 (montos y fechas de pago) solo modifica una factura.",
        _of_note(lambda n, _: n.code != RESCHEDULED or n.doctype == FACTURA),
    ),
    Rule(
        "3315",
        "totals.payable",
        "Una nota de motivo 13 (montos y fechas de pago) lleva importe total cero.",
        lambda s: reason(s) != RESCHEDULED or not s.totals.payable,
    ),
    Rule(
        "4367",
        "modified.code",
        "Los motivos 04, 05 y 08 no van con boletas; use 07 o 09.",
        _of_note(lambda n, _: n.code not in _LESSENING or n.doctype != BOLETA),
    ),
    Rule(
        "3221",
        "modified.code",
        "Un ajuste de exportación (11) o del IVAP (12) no lleva operaciones exoneradas ni inafectas.",
        _without({ADJUSTED_IVAP: (EXPORT, EXONERATED, UNAFFECTED), ADJUSTED_EXPORT: (EXONERATED, UNAFFECTED)}),
    ),
    Rule(
        "3107",
        "modified.code",
        "Un ajuste de exportación (11) solo lleva exportación, y uno del IVAP (12) solo arroz pilado.",
        _without({ADJUSTED_IVAP: (IGV, ISC), ADJUSTED_EXPORT: (IGV, IVAP, ISC, OTHER)}),
        only=(CREDIT_NOTE,),
    ),
    Rule(
        "3107",
        "modified.code",
        "Un ajuste de exportación (11) solo lleva exportación, y uno del IVAP (12) solo arroz pilado.",
        _without({ADJUSTED_IVAP: (IGV,), ADJUSTED_EXPORT: (IGV, IVAP, ISC, OTHER)}),
        only=(DEBIT_NOTE,),
    ),
    Rule(
        "2643",
        "amounts.igv_base",
        "En un ajuste del IVAP (12) cada línea debe tener una base mayor que cero.",
        lambda x, s: reason(s) != ADJUSTED_IVAP or x.amounts.tribute != IVAP or x.amounts.igv_base > ZERO,
        over="lines",
    ),
)
