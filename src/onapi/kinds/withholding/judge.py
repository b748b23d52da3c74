"""A withholding and all its faults, told where the caller wrote what they speak of.

A line may be written with several payments; complete, it is a line for each. So a fault of a complete line is moved to
the line and payment it came from.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from onapi.kinds.kind import TotalsMode
from onapi.kinds.withholding.complete import Places, exact_amounts, net_of, places
from onapi.kinds.withholding.line_rules import TOLERANCE
from onapi.kinds.withholding.model import PERCEPTION, RETENTION, LineForm, Withholding, WithholdingForm
from onapi.kinds.withholding.rules import PERCEPTION_RULES, RETENTION_RULES, settled_sum, withheld_sum
from onapi.rules.check import check
from onapi.rules.rule import Fault, Level, Rule
from onapi.values.money import ZERO, plain, to_cents

MISMATCH = "totals_mismatch"
RULES: Mapping[str, tuple[Rule[Withholding], ...]] = MappingProxyType(
    {RETENTION: RETENTION_RULES, PERCEPTION: PERCEPTION_RULES}
)
_SUMS = frozenset({"2623", "2608", "2628", "2667", "2629", "2668"})  # a mismatch tells what the amount should be too
_PLACE = re.compile(r"lines\[(\d+)\](\.payments\[0\])?")


def faults(form: WithholdingForm, document: Withholding, mode: TotalsMode = TotalsMode.CHECK) -> tuple[Fault, ...]:
    """Every rule the document breaks and every given amount that does not agree with its payments."""
    broken = _where_written(check(document, RULES[document.id.doctype], document.issue_date), places(form))
    if mode is not TotalsMode.CHECK or any(_spoils_sums(fault) for fault in broken):
        return broken
    wrong = tuple(_mismatches(form, document))
    told = {fault.path for fault in wrong}
    return (*(fault for fault in broken if fault.path not in told or fault.code not in _SUMS), *wrong)


def _spoils_sums(fault: Fault) -> bool:
    """Something that sums are computed from is wrong; a sum itself spoils nothing."""
    of_a_line = fault.path.startswith("lines") and not fault.path.endswith(("].withheld", "].net"))
    return fault.level is Level.ERROR and (of_a_line or fault.path in {"regime", "percent"})


def _where_written(broken: tuple[Fault, ...], origins: Places) -> tuple[Fault, ...]:
    """Faults of complete lines at the lines and payments they came from, each told once."""

    def written(found: re.Match[str]) -> str:
        line, payment = origins[int(found[1])]
        return f"lines[{line}].payments[{payment}]" if found[2] else f"lines[{line}]"

    moved = (replace(fault, path=_PLACE.sub(written, fault.path)) for fault in broken)
    return tuple({(fault.code, fault.path): fault for fault in moved}.values())


def _mismatches(form: WithholdingForm, document: Withholding) -> Iterator[Fault]:
    origins = places(form)
    for n, line in enumerate(form.lines):
        parts = [part for part, (origin, _) in zip(document.lines, origins, strict=True) if origin == n]
        expected = [exact_amounts(part, document.percent) or (ZERO, ZERO) for part in parts]
        withheld = sum((amounts[0] for amounts in expected), ZERO)
        paid = sum((amounts[1] for amounts in expected), ZERO)
        ours = {"withheld": withheld, "net": net_of(paid, withheld, document.id.doctype)}
        yield from _of_line(n, line, ours)
    for name, total in (("withheld", withheld_sum(document)), ("settled", settled_sum(document))):
        given = form.given.get(name, total)
        if abs(given - total) > TOLERANCE:
            yield _mismatch(name, "El total no es la suma de las líneas.", total, given)


def _of_line(n: int, line: LineForm, ours: Mapping[str, Decimal]) -> Iterator[Fault]:
    sentence = "El importe no corresponde al pago, la tasa y el tipo de cambio."
    for name, given in line.given.items():
        if abs(given - ours[name]) > TOLERANCE:
            yield _mismatch(f"lines[{n}].{name}", sentence, ours[name], given)


def _mismatch(path: str, sentence: str, expected: Decimal, received: Decimal) -> Fault:
    remedy = f"{sentence} Corríjalo u omítalo para que se calcule."
    return Fault(MISMATCH, path, remedy, expected=plain(to_cents(expected), 2), received=plain(received, 2))
