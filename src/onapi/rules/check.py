"""All faults of a document, at once."""

import re
from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from onapi.rules.rule import Fault, Rule

D = TypeVar("D")

_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")


def check(document: D, rules: Iterable[Rule[D]], on: date) -> tuple[Fault, ...]:
    """Every rule in force on the issue date that the document breaks, in the order of the rules."""
    return tuple(
        Fault(rule.code, path, rule.sentence, rule.level, received=value_at(document, path))
        for rule in rules
        if rule.in_force(on)
        for path in rule.broken_at(document)
    )


def value_at(document: object, path: str) -> str | None:
    """What stands at a path of the model, as text; None if nothing does or if it is no plain value.

    >>> from onapi.values.party import Party
    >>> value_at(Party("6", "20000000001", "X"), "id_number")
    '20000000001'
    """
    found: object = document
    for name, index in _STEP.findall(path):
        found = getattr(found, name, None)
        if index and isinstance(found, tuple):
            found = found[int(index)]
    return (
        str(found) if found is not None and not isinstance(found, tuple) and not hasattr(found, "__slots__") else None
    )
