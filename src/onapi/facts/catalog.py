"""SUNAT's catalogues: the lists of codes that fields of a document may hold.

A catalogue is a file `catalogs/NN.tsv`, named by SUNAT's number. The rows that SUNAT adds or takes away on a day
carry `since` and `until`, so an old document is judged by the list of its own day. Sources: `SOURCES.md`.

>>> catalog("07")["10"].extra["tax"]
'1000'
>>> is_listed("10", "13", on=date(2026, 12, 31)), is_listed("10", "13", on=date(2027, 1, 1))
(False, True)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from types import MappingProxyType

from onapi.facts.table import FOLDER, read

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a catalogue."""

    code: str  # as it stands in the XML: "0101", "NIU", "PE"
    text: str  # SUNAT's words
    extra: Mapping[str, str] = field(hash=False)  # the other columns; "" where a row has none


@cache
def catalog(number: str) -> Mapping[str, Entry]:
    """Give all rows of a catalogue by their code, in SUNAT's order; KeyError if there is no such catalogue.

    `number` is SUNAT's: "01" to "66", "25.1", "62A", "D-37". Catalogue 13, the ubigeo, is `onapi.facts.places`.
    """
    if number not in _numbers():
        hint = "ask onapi.facts.places" if number == "13" else f"there are {', '.join(sorted(_numbers()))}"
        raise KeyError(f"no catalogue {number!r}: {hint}")
    table = read(f"catalogs/{number}.tsv")
    names = table.columns[2:]
    if not names:
        return MappingProxyType({code: Entry(code, text, NOTHING) for code, text in table.rows})
    return MappingProxyType(
        {
            code: Entry(code, text, MappingProxyType(dict(zip(names, cells, strict=True))))
            for code, text, *cells in table.rows
        }
    )


def is_listed(number: str, code: str, on: date | None = None) -> bool:
    """Say whether a catalogue holds a code: ever, or on the day a document was issued. KeyError as in `catalog`."""
    entry = catalog(number).get(code)
    if entry is None or on is None:
        return entry is not None
    day = on.isoformat()  # days of the files are ISO text, which sorts as the days do
    since, until = entry.extra.get("since", ""), entry.extra.get("until", "")
    return since <= day and (not until or day <= until)


@cache
def _numbers() -> frozenset[str]:
    """Name the catalogues this room has a file of."""
    return frozenset(path.stem for path in (FOLDER / "catalogs").glob("*.tsv"))
