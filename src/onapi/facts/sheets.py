"""SUNAT's validation sheets, code by code: how each code of a document kind is kept here.

`sheets/<kind>.tsv` names every code of the kind's sheet and says who judges it; the pages and tests that claim full
coverage read it. A change of SUNAT's sheet shows up as a code without a judge.

>>> sorted({row.judged for row in sheet("RA")} - set(JUDGES))
[]
"""

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from onapi.facts.table import read

JUDGES: Final = MappingProxyType(
    {
        "rule": "una regla propia, con su campo y su remedio",
        "reading": "la lectura del documento, antes de las reglas",
        "built": "el XML que se escribe lo cumple siempre",
        "register": "necesita los padrones y registros de SUNAT; los tiene el simulador",
        "transport": "es del nombre del archivo, del envío o de su fecha",
        "signature": "la firma y su verificación",
        "left": "no se juzga; la nota dice por qué",
    }
)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One code of one sheet."""

    code: str
    level: str  # "ERROR" or "OBSERV"
    rows: str  # where in SUNAT's spreadsheet
    judged: str  # one of JUDGES
    note: str  # English: why, where it is not plain


@cache
def sheet(doctype: str) -> tuple[SheetRow, ...]:
    """Every code of a kind's sheet, in order of code; FileNotFoundError for a kind without one."""
    return tuple(SheetRow(*row) for row in read(f"sheets/{doctype}.tsv").rows)
