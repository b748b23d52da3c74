"""The departments, provinces and districts of Peru by their ubigeo (INEI's codes, SUNAT's catalogue 13).

>>> place("150122").district
'MIRAFLORES'
"""

from dataclasses import dataclass
from functools import cache

from onapi.facts.table import read


@dataclass(frozen=True, slots=True)
class Place:
    """A district; or, with "" for what is finer, a province or a department. Names in capitals, as SUNAT lists them."""

    ubigeo: str  # six digits: department, province, district
    department: str
    province: str
    district: str


def place(ubigeo: str) -> Place:
    """Give the place of an ubigeo; KeyError if catalogue 13 does not have it."""
    found = _places().get(ubigeo)
    if found is None:
        raise KeyError(f"no place has the ubigeo {ubigeo!r}")
    return found


@cache
def _places() -> dict[str, Place]:
    return {row[0]: Place(*row) for row in read("ubigeo.tsv").rows}
