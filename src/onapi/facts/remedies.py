"""What a return code means and what to do about it, in our own words: a row of `remedies.tsv` for a range or a code.

The narrowest row wins, as in `outcomes.tsv`. Wide rows (`is_general`) say what holds of a whole range and give way to
whatever is known of a code itself, such as a rule of ours.

>>> remedy_of("0104").remedy
'Registre la contraseña vigente del usuario SOL.'
>>> remedy_of("2800").is_general
True
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from onapi.facts.table import read

_WIDE: Final = 900  # codes in a row: from here on it speaks of SUNAT's ranges, not of codes
_NO_LIST: Final = "Ninguna lista publicada"
_LISTS: Final = {
    "CPE-CodigosRetorno-2026-04-24": "SUNAT, códigos de retorno de CPE, 24 de abril de 2026",
    "SFS-CatalogoErrores-2026-06": "SUNAT, catálogo de errores del SFS, junio de 2026",
}


@dataclass(frozen=True, slots=True)
class Remedy:
    """A row of the table; every text is Spanish."""

    first: int
    last: int
    cause: str
    remedy: str
    does: str  # what OnAPI does by itself; "" where the outcome of the code says it

    @property
    def is_general(self) -> bool:
        """Whether it speaks of a range of SUNAT's, not of a code."""
        return self.last - self.first >= _WIDE


def remedy_of(code: str) -> Remedy:
    """The narrowest row of a code of four digits; KeyError for what no row holds."""
    number = int(code) if code.isascii() and code.isdigit() else -1
    held = [row for row in _rows() if row.first <= number <= row.last]
    if not held:
        raise KeyError(code)
    return min(held, key=lambda row: row.last - row.first)


def source_of(code: str) -> str:
    """Which of SUNAT's lists has a code of four digits."""
    return _sources().get(code, _NO_LIST)


def published() -> tuple[str, ...]:
    """Every code of SUNAT's lists, in order."""
    return tuple(_sources())


@cache
def _rows() -> tuple[Remedy, ...]:
    return tuple(Remedy(int(first), int(last), *texts) for first, last, *texts in read("remedies.tsv").rows)


@cache
def _sources() -> dict[str, str]:
    return {row[0]: _LISTS.get(row[6], row[6]) for row in read("codes.tsv").rows}
