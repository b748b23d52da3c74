"""What SUNAT asks of the receipts that a resumen diario reports: who they are, whose, what they change, percepción."""

import re
from collections.abc import Callable
from decimal import Decimal

from onapi.facts.catalog import catalog, is_listed
from onapi.kinds.batch.amounts import SOLES, day_of
from onapi.kinds.batch.line_rule import LineRule
from onapi.kinds.batch.model import BOLETA, CHANGE, NOTES, VOID, Perception, Reference, Summary, SummaryLine
from onapi.rules.rule import Rule
from onapi.values.identity import ANONYMOUS, DNI, RUC
from onapi.values.money import ZERO
from onapi.values.party import Party

_LARGEST = Decimal("999999999999.99")
_ALLOWED = Decimal("1.00")  # of a percepción, rule 2608
_HUNDRED = Decimal(100)
_CHANGED_BY_NOTES = frozenset({"03", "12", "16", "55"})
RECEIPT = re.compile(r"(?:B[A-Z0-9]{3}|\d{1,4})-(?!0+$)\d{1,8}", re.ASCII)
_CHANGED_BOLETA = re.compile(r"B[A-Z0-9]{3}-(?!0+$)\d{1,8}|(?:EB01|\d{1,4})-\d{1,8}", re.ASCII)
_CHANGED_OTHER = re.compile(r"[a-zA-Z0-9-]{1,20}-[a-zA-Z0-9-]{1,20}")
_RUC_SHAPE, _DNI_SHAPE = re.compile(r"\d{11}", re.ASCII), re.compile(r"\d{8}", re.ASCII)
_OTHER_TYPES = frozenset("047ABCDEFG")
_OTHER_SHAPE = re.compile(r"\S{1,20}")


def _customer_rule(code: str, path: str, sentence: str, holds: Callable[[Party], bool]) -> LineRule[Summary]:
    """A rule about the customer of a line, if it has one."""

    def of_line(line: SummaryLine, _: Summary) -> bool:
        return line.customer is None or holds(line.customer)

    return LineRule(code, f"customer.{path}", sentence, of_line)


def _reference_rule(code: str, path: str, sentence: str, holds: Callable[[Reference], bool]) -> LineRule[Summary]:
    """A rule about the receipt that a note changes; to void the note SUNAT does not look at it."""

    def of_line(line: SummaryLine, _: Summary) -> bool:
        judged = line.reference is not None and line.doctype in NOTES and line.status != VOID
        return not judged or line.reference is None or holds(line.reference)

    return LineRule(code, f"reference.{path}", sentence, of_line)


def _perception_rule(
    code: str, path: str, sentence: str, holds: Callable[[Perception, SummaryLine], bool]
) -> LineRule[Summary]:
    """A rule about the percepción of a line, if it has one."""

    def of_line(line: SummaryLine, _: Summary) -> bool:
        return line.perception is None or holds(line.perception, line)

    return LineRule(code, f"perception.{path}".rstrip("."), sentence, of_line)


def _customer_is_told(line: SummaryLine, summary: Summary) -> bool:
    if line.customer is not None or line.total is None:
        return True
    return line.total <= day_of(summary.reference_date).identified_above


def _number_fits(id_type: str, shape: re.Pattern[str]) -> Callable[[Party], bool]:
    return lambda party: party.id_type != id_type or not party.id_number or bool(shape.fullmatch(party.id_number))


def _other_number_fits(party: Party) -> bool:
    free = party.id_type not in _OTHER_TYPES or not party.id_number
    return free or _OTHER_SHAPE.fullmatch(party.id_number) is not None


def _changed_is_told(line: SummaryLine, _: Summary) -> bool:
    changes = line.doctype in NOTES and line.status != VOID
    return not changes or (line.reference is not None and bool(line.reference.number))


def _changed_number_fits(changed: Reference) -> bool:
    if not changed.number or changed.doctype not in _CHANGED_BY_NOTES:
        return True
    shape = _CHANGED_BOLETA if changed.doctype == BOLETA else _CHANGED_OTHER
    return shape.fullmatch(changed.number) is not None


def is_changed_here(changed: Reference) -> bool:
    """True if a note that a resumen diario reports may change this receipt."""
    return changed.doctype in _CHANGED_BY_NOTES and bool(changed.number) and _changed_number_fits(changed)


def _percent_fits(perception: Perception, _: SummaryLine) -> bool:
    regime = catalog("22").get(perception.regime)
    return regime is None or perception.percent == Decimal(regime.extra["percent"])


def _amount_fits(perception: Perception, line: SummaryLine) -> bool:
    if line.currency != SOLES:
        return True
    return abs(perception.base * perception.percent / _HUNDRED - perception.amount) <= _ALLOWED


def _total_fits(perception: Perception, line: SummaryLine) -> bool:
    if line.currency != SOLES or line.total is None:
        return True
    return abs(line.total + perception.amount - perception.total) <= _ALLOWED


def _is_paid(amount: Decimal) -> bool:
    return ZERO < amount <= _LARGEST


_NAMED: tuple[Rule[Summary], ...] = (
    LineRule(
        "2242",
        "doctype",
        "Falta el tipo del comprobante: 03 boleta, 07 nota de crédito u 08 nota de débito.",
        lambda line, _: bool(line.doctype),
    ),
    LineRule(
        "2241",
        "doctype",
        "Un resumen lleva boletas (03) y sus notas (07, 08); las facturas se envían una por una.",
        lambda line, _: not line.doctype or line.doctype == BOLETA or line.doctype in NOTES,
    ),
    LineRule("2512", "receipt", "Falta la serie y número, como B001-123.", lambda line, _: bool(line.receipt)),
    LineRule(
        "2513",
        "receipt",
        "La serie empieza con B y tiene 4 caracteres, o hasta 4 dígitos si es de contingencia; el número, hasta 8"
        " dígitos: B001-123.",
        lambda line, _: not line.receipt or RECEIPT.fullmatch(line.receipt) is not None,
    ),
    LineRule(
        "2522", "status", "Falta el estado: 1 adicionar, 2 modificar, 3 anular.", lambda line, _: bool(line.status)
    ),
    LineRule(
        "2896",
        "status",
        "El estado debe ser 1 (adicionar), 2 (modificar) o 3 (anular).",
        lambda line, _: not line.status or is_listed("19", line.status),
    ),
)
_CUSTOMER: tuple[Rule[Summary], ...] = (
    LineRule(
        "2514",
        "customer.id_number",
        "Con un total de más de S/ 700 hay que identificar al cliente: ponga clienteTipo y clienteNro.",
        _customer_is_told,
    ),
    _customer_rule("2014", "id_number", "Falta el número de documento del cliente.", lambda x: bool(x.id_number)),
    _customer_rule("2015", "id_type", "Falta el tipo de documento del cliente.", lambda x: bool(x.id_type)),
    _customer_rule(
        "2016",
        "id_type",
        "El tipo de documento del cliente no está en el catálogo 06; use 1 (DNI), 6 (RUC) o - si no se identifica.",
        lambda x: not x.id_type or x.id_type == ANONYMOUS or is_listed("06", x.id_type),
    ),
    _customer_rule("2017", "id_number", "El RUC del cliente debe tener 11 dígitos.", _number_fits(RUC, _RUC_SHAPE)),
    _customer_rule("4207", "id_number", "El DNI del cliente debe tener 8 dígitos.", _number_fits(DNI, _DNI_SHAPE)),
    _customer_rule(
        "4208", "id_number", "El documento del cliente admite hasta 20 caracteres, sin espacios.", _other_number_fits
    ),
)
_CHANGED: tuple[Rule[Summary], ...] = (
    LineRule(
        "2582",
        "reference",
        "Solo las notas (07, 08) modifican otro comprobante; quite docReferencia.",
        lambda line, _: line.reference is None or not line.doctype or line.doctype in NOTES,
    ),
    LineRule(
        "2524",
        "reference.number",
        "Falta el comprobante que la nota modifica: ponga docReferencia con tipoDoc y nroDoc.",
        _changed_is_told,
    ),
    _reference_rule(
        "2583", "doctype", "Falta el tipo del comprobante que la nota modifica, como 03.", lambda x: bool(x.doctype)
    ),
    _reference_rule(
        "2513",
        "doctype",
        "En un resumen las notas modifican 03, 12, 16 o 55; las notas de facturas se envían una por una.",
        lambda x: not x.doctype or x.doctype in _CHANGED_BY_NOTES,
    ),
    _reference_rule(
        "2920",
        "number",
        "La serie y número del comprobante que la nota modifica no tiene el formato de su tipo, como B001-123.",
        _changed_number_fits,
    ),
)
_PERCEPTION: tuple[Rule[Summary], ...] = (
    _perception_rule(
        "2986",
        "",
        "La percepción va solo con boletas nuevas o anuladas (estado 1 o 3), no con notas ni al modificar.",
        lambda _, line: line.doctype == BOLETA and line.status != CHANGE,
    ),
    _perception_rule(
        "2517",
        "regime",
        "El régimen de percepción no está en el catálogo 22: 01, 02 o 03.",
        lambda x, _: is_listed("22", x.regime),
    ),
    _perception_rule(
        "2891", "percent", "La tasa no es la de su régimen: 2 para 01, 1 para 02, 0.5 para 03.", _percent_fits
    ),
    _perception_rule(
        "2893", "amount", "El monto de la percepción debe ser mayor que cero.", lambda x, _: _is_paid(x.amount)
    ),
    _perception_rule(
        "2895",
        "total",
        "El monto a cobrar con la percepción, en soles, debe ser mayor que cero.",
        lambda x, _: _is_paid(x.total),
    ),
    _perception_rule(
        "2897", "base", "La base de la percepción, en soles, debe ser mayor que cero.", lambda x, _: _is_paid(x.base)
    ),
    _perception_rule("2608", "amount", "La percepción no es su base por su tasa.", _amount_fits),
    _perception_rule("2608", "total", "El monto a cobrar no es el total más la percepción.", _total_fits),
)

RECEIPT_RULES: tuple[Rule[Summary], ...] = (*_NAMED, *_CUSTOMER, *_CHANGED, *_PERCEPTION)
