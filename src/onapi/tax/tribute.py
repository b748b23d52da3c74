"""SUNAT's tributes and the affectation that leads to each (catalogues 05 and 07)."""

from dataclasses import dataclass
from functools import cache

from onapi.facts.catalog import catalog

IGV = "1000"
IVAP = "1016"
ISC = "2000"
ICBPER = "7152"
EXPORT = "9995"
FREE = "9996"
EXONERATED = "9997"
UNAFFECTED = "9998"
OTHER = "9999"

ONEROUS = (IGV, IVAP, EXPORT, EXONERATED, UNAFFECTED)  # what a line that is paid for falls under
COLLECTED = (IGV, IVAP, ISC, ICBPER, OTHER)  # what adds to the price; FREE is shown, never collected


@dataclass(frozen=True, slots=True)
class Tribute:
    """A tax as UBL names it."""

    code: str  # catalogue 05
    name: str
    type_code: str  # UN/ECE 5153: VAT, EXC, FRE, OTH


@dataclass(frozen=True, slots=True)
class Affectation:
    """How the IGV treats a line (catalogue 07)."""

    code: str
    tribute: str  # of a line that is paid for; FREE where it never is
    is_taxed: bool  # a rate applies: 10 to 17


@cache
def tribute(code: str) -> Tribute:
    """A tribute by its code; KeyError if SUNAT lists none."""
    entry = catalog("05")[code]
    return Tribute(code, entry.extra["name"], entry.extra["international_code"])


@cache
def affectation(code: str) -> Affectation:
    """An affectation by its code; KeyError if SUNAT lists none."""
    entry = catalog("07")[code]
    return Affectation(code, entry.extra["tax"].split(" ")[0], is_taxed=code < "20")


@cache
def scheme_of(code: str) -> tuple[str, str, str]:
    """Code, name and international code of a tribute, as a TaxScheme tells them."""
    known = tribute(code)
    return known.code, known.name, known.type_code


def tribute_of(code: str, *, is_free: bool) -> str:
    """The tribute that a line of this affectation falls under.

    Rice under IVAP (17) and exports (40) may be given away too; then they are FREE like the rest.
    """
    return FREE if is_free else affectation(code).tribute
