"""What SUNAT asks of a comunicación de baja, of a reversión, and of every batch.

Sheets Comunicacion de baja1_0 and Resumen de reversiones1_0 of its validation workbook, v20260212.
Rules that hold by construction of our XML are not repeated here.
"""

import re
from collections.abc import Hashable
from typing import Any, TypeVar

from onapi.kinds.batch.line_rule import LineRule, RepeatRule
from onapi.kinds.batch.model import REVERSAL, VOIDED, Batch, Voided, VoidedLine
from onapi.rules.rule import Rule
from onapi.rules.sheet import rules_for
from onapi.values.number import MAX_CORRELATIVE

L = TypeVar("L")

_CORRELATIVE = re.compile(r"\d{1,8}", re.ASCII)
_LONGEST_REASON = 100
_SHORTEST_REASON = 3
_OF_VOIDED = frozenset({"01", "07", "08", "30", "34", "42"})
OF_REVERSAL = frozenset({"20", "40", "04"})
_CONTINGENCY = r"\d{1,4}"  # series of documents from authorised printers
SERIES_VOIDED = {
    "01": re.compile(rf"F[A-Z0-9]{{3}}|{_CONTINGENCY}", re.ASCII),
    "07": re.compile(rf"F[A-Z0-9]{{3}}|{_CONTINGENCY}", re.ASCII),
    "08": re.compile(rf"F[A-Z0-9]{{3}}|{_CONTINGENCY}", re.ASCII),
    "30": re.compile(r"F[A-Z0-9]{3}", re.ASCII),
    "34": re.compile(r"F[A-Z0-9]{3}", re.ASCII),
    "42": re.compile(r"F[A-Z0-9]{3}", re.ASCII),
    "20": re.compile(rf"R[A-Z0-9]{{3}}|{_CONTINGENCY}", re.ASCII),
    "40": re.compile(rf"P[A-Z0-9]{{3}}|{_CONTINGENCY}", re.ASCII),
    "04": re.compile(rf"L[A-Z0-9]{{3}}|{_CONTINGENCY}", re.ASCII),
}


def batch_rules(most_lines: int) -> tuple[Rule[Batch[Any]], ...]:
    """What every batch must be: of a day gone by or of today, with something in it."""
    return (
        Rule(
            "2671",
            "reference_date",
            "La fecha de los comprobantes no puede ser posterior a la del envío que los agrupa.",
            lambda batch: batch.reference_date <= batch.issue_date,
        ),
        Rule("required", "lines", "Ponga al menos un comprobante en «details».", lambda batch: bool(batch.lines)),
        Rule(
            "too_long",
            "lines",
            f"Admite hasta {most_lines} comprobantes; reparta los demás en otro envío.",
            lambda batch: len(batch.lines) <= most_lines,
        ),
    )


def _doctype_is(known: frozenset[str], sentence: str) -> LineRule[Voided]:
    return LineRule("2308", "doctype", sentence, lambda line, _: not line.doctype or line.doctype in known)


def _series_rule(code: str, sentence: str, *doctypes: str) -> LineRule[Voided]:
    def holds(line: VoidedLine, _: Voided) -> bool:
        fits = line.doctype not in doctypes or not line.series
        return fits or SERIES_VOIDED[line.doctype].fullmatch(line.series) is not None

    return LineRule(code, "series", sentence, holds)


def _is_correlative(line: VoidedLine, _: Voided) -> bool:
    said = line.correlative
    return not said or (_CORRELATIVE.fullmatch(said) is not None and 1 <= int(said) <= MAX_CORRELATIVE)


def _receipt(line: VoidedLine) -> Hashable:
    return line.doctype, line.series, line.correlative.lstrip("0")


_LINE_RULES: tuple[Rule[Voided], ...] = (
    LineRule(
        "2309",
        "doctype",
        "Falta el tipo del comprobante (catálogo 01), como 01 para una factura.",
        lambda line, _: bool(line.doctype),
    ),
    LineRule("2311", "series", "Falta la serie del comprobante, como F001.", lambda line, _: bool(line.series)),
    LineRule("2313", "correlative", "Falta el número del comprobante.", lambda line, _: bool(line.correlative)),
    LineRule("2312", "correlative", "El número debe tener de 1 a 8 dígitos y no ser cero.", _is_correlative),
    RepeatRule(
        "2348",
        "correlative",
        "Este comprobante ya está en una línea anterior; déjelo una sola vez.",
        lambda line, seen: not line.correlative or _receipt(line) not in seen,
        key=_receipt,
    ),
    LineRule("2315", "reason", "Falta el motivo por el que se anula.", lambda line, _: bool(line.reason)),
    LineRule(
        "4203",
        "reason",
        "El motivo tiene menos de 3 caracteres; escriba uno que se entienda.",
        lambda line, _: not line.reason or len(line.reason) >= _SHORTEST_REASON,
    ),
    LineRule(
        "too_long",
        "reason",
        f"El motivo admite hasta {_LONGEST_REASON} caracteres.",
        lambda line, _: len(line.reason) <= _LONGEST_REASON,
    ),
)
_MOST_LINES = 999

VOIDED_RULES: tuple[Rule[Voided], ...] = rules_for(
    VOIDED,
    (
        *batch_rules(_MOST_LINES),
        _doctype_is(
            _OF_VOIDED,
            "Aquí van 01, 07, 08, 30, 34 y 42; las boletas se anulan con un resumen diario (RC) y 20, 40 y 04 con RR.",
        ),
        _series_rule(
            "2310",
            "La serie no es de este tipo: empieza con F y tiene 4 caracteres, o hasta 4 dígitos si es de contingencia;"
            " las notas de boletas se anulan con un resumen diario (RC).",
            *_OF_VOIDED,
        ),
        *_LINE_RULES,
    ),
)
REVERSAL_RULES: tuple[Rule[Voided], ...] = rules_for(
    REVERSAL,
    (
        *batch_rules(_MOST_LINES),
        _doctype_is(
            OF_REVERSAL,
            "Aquí van 20 (retención), 40 (percepción) y 04 (liquidación de compra); las facturas se anulan con RA.",
        ),
        _series_rule("2674", "La serie de una retención empieza con R y tiene 4 caracteres.", "20"),
        _series_rule("2675", "La serie de una percepción empieza con P y tiene 4 caracteres.", "40"),
        _series_rule("2345", "La serie de una liquidación de compra empieza con L y tiene 4 caracteres.", "04"),
        *_LINE_RULES,
    ),
)
