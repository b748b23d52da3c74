"""The concepts of SUNAT's catalogue 55 that its rules check: what each must hold, and what asks for it.

>>> concept("3006").part, concept("3006").missing
('quantity', '3135')
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from onapi.facts.table import read


@dataclass(frozen=True, slots=True)
class Concept:
    """A further fact about a line; "" wherever SUNAT asks nothing."""

    code: str  # catalogue 55
    kinds: tuple[str, ...]  # document types whose sheet checks part and shape
    part: str  # what it must have: "value", "start", "start_time", "days" or "quantity"
    missing: str  # code of the rule that says it has not
    shape: str  # "line 1 15", "catalog 06", "place", "date", "month", "amount", "positive 12", "choice 1 2 3", "dam"
    remark: str  # code of the rule about the shape
    asked_by: str  # "operation 1002", "some 2104", "product 84121901", "first_home 84121901" or "beside 5001 5002"
    asked: str  # code of the rule that asks for it
    name: str  # Spanish, short


@cache
def concepts() -> Mapping[str, Concept]:
    """Give every concept that SUNAT checks by its code."""
    rows = read("attributes.tsv").rows
    return MappingProxyType({code: Concept(code, tuple(kinds.split()), *rest) for code, kinds, *rest in rows})


def concept(code: str) -> Concept:
    """Give what SUNAT checks of a concept; KeyError if nothing."""
    found = concepts().get(code)
    if found is None:
        raise KeyError(f"SUNAT checks nothing of the concept {code!r}")
    return found
