"""The code and level of a rule in the sheet that SUNAT publishes for each document kind.

One rule often goes by two codes: what refuses a factura (3271) only draws a remark on a boleta (4288). So a family
writes its rules once, and this gives each kind its own.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from onapi.facts.codes import return_code
from onapi.rules.rule import Level, Rule

D = TypeVar("D")


def rules_for(doctype: str, rules: Iterable[Rule[D]]) -> tuple[Rule[D], ...]:
    """The rules that the kind's sheet has, under its code and level; rules with a name of ours stay as they are."""
    found = (_as_in_sheet(doctype, rule) for rule in rules)
    return tuple(rule for rule in found if rule is not None)


def _as_in_sheet(doctype: str, rule: Rule[D]) -> Rule[D] | None:
    if rule.only and doctype not in rule.only:
        return None
    if not rule.code.isdigit():
        return rule
    own = return_code(rule.code)
    for code in (own, return_code(own.twin)) if own.twin else (own,):
        if level := code.level(doctype):
            return replace(rule, code=code.code, level=Level(level))
    return rule if rule.only else None
