"""Make `facts/rates.tsv` and `facts/igv_accepted.tsv`: `python update/rates.py --from DIR`.

DIR holds `tributos.json`. It has the numbers and their days; this script knows the law of each. A new law is a
change there or a row here.
"""

import json
from collections.abc import Iterator
from typing import Any

from tsv import heading, job, write

RATE_COLUMNS = ("tax", "since", "value", "unit", "reliability", "source")
ACCEPTED_COLUMNS = ("since", "sale", "note", "reliability", "source")
START = "2011-03-01"  # the IGV of 18 percent; rows whose first day is older or not known begin here too
MYPE = "Ley 31556, Ley 32219"
SHEET = "AjustesValidacionesCPEv20260212.xlsx, control de cambios and rules 3462 and 4439"
Row = tuple[str, str, str, str, str, str]


def main() -> None:
    """Write both tables."""
    asked = job(__doc__)
    file = asked.source / "tributos.json"
    taxes = json.loads(file.read_text("utf-8"))
    rows = [*igv(taxes), *ivap(taxes), *icbper(taxes), *regimes(taxes), *amounts(taxes)]
    notes = (f"since {START}: at least since then", "no value: ended that day")
    head = heading("Tax rates and amounts by their first day", "the law in each row", file, asked.taken, *notes)
    write(asked.target / "rates.tsv", head, RATE_COLUMNS, rows)
    head = heading("IGV rates SUNAT lets a document carry, by issue date", "see each row", file, asked.taken)
    write(asked.target / "igv_accepted.tsv", head, ACCEPTED_COLUMNS, accepted(taxes))


def igv(taxes: dict[str, Any]) -> Iterator[Row]:
    """Make rows of the IGV, the part of it that is municipal, and the rate of small restaurants and hotels."""
    for row in taxes["igv"]:
        yield ("igv", row["desde"], row["tasa"], "percent", row["fiabilidad"], "TUO of the Ley del IGV, Ley 29666")
    for row in taxes["igv_composicion"]:
        law = row.get("norma", "Decreto Legislativo 776")
        yield ("ipm", row["desde"], row["ipm"], "percent", row["fiabilidad"], f"{law}; part of the igv, for display")
    small = taxes["igv_mype_restaurantes_hoteles"]["tasas"]
    for row in small:
        yield ("igv_mype", row["desde"], row["tasa"], "percent", row["fiabilidad"], MYPE)
    yield ("igv_mype", day_after_year(small[-1]["hasta"]), "", "percent", "C", f"{MYPE}: ends")


def ivap(taxes: dict[str, Any]) -> Iterator[Row]:
    """Make rows of the tax on the first sale of milled rice."""
    for row in taxes["ivap"]:
        yield ("ivap", START, row["tasa"], "percent", row["fiabilidad"], "Ley 28211")


def icbper(taxes: dict[str, Any]) -> Iterator[Row]:
    """Make rows of the tax on plastic bags."""
    for row in taxes["icbper"]:
        yield ("icbper", row["desde"], row["por_bolsa"], "PEN/bag", "B", "Ley 30884")


def regimes(taxes: dict[str, Any]) -> Iterator[Row]:
    """Make rows of perception and withholding, by the codes of catalogues 22 and 23."""
    for code, percent in taxes["percepcion_catalogo22"].items():
        yield (f"percepcion_{code}", START, percent, "percent", "A", "catálogo 22; Ley 29173")
    percents = taxes["retencion_catalogo23"]
    yield ("retencion_01", "2014-03-01", percents["01"], "percent", "A", "catálogo 23; RS 033-2014/SUNAT")
    yield ("retencion_02", START, percents["02"], "percent", "A", "catálogo 23; by issue date of the document paid")
    yield ("retencion_02", "2014-03-01", "", "percent", "A", "rule 2985; by issue date of the document paid")


def amounts(taxes: dict[str, Any]) -> Iterator[Row]:
    """Make rows of the amounts above which a duty begins."""
    limit = taxes["boleta_identificacion_obligatoria_mayor_a"]
    yield ("boleta_identified_above", START, limit, "PEN", "A", "rule 2514 of the daily summary; RS 007-99/SUNAT")
    yield ("retencion_above", START, "700.00", "PEN", "B", "RS 037-2002/SUNAT")
    yield ("detraccion_above", START, "700.00", "PEN", "B", "RS 183-2004/SUNAT, annexes 2 and 3")
    yield ("detraccion_027_above", START, "400.00", "PEN", "B", "RS 073-2006/SUNAT, goods by road")


def accepted(taxes: dict[str, Any]) -> Iterator[tuple[str, str, str, str, str]]:
    """Make rows of what the validation lets through: the sheet's own days, which are not those of the law."""
    first, *_, third = taxes["igv_mype_restaurantes_hoteles"]["tasas"]
    now = taxes["tasas_igv_aceptadas_por_validacion"]
    usual, end = taxes["igv"][0]["tasa"], day_after_year(third["hasta"])
    old = f"{usual} {first['tasa']}"
    notes = " ".join(now["nc_nd"])
    later = f"{usual} {third['tasa']} {' '.join(now['nc_nd'][1:])}"
    yield (START, usual, usual, "A", "TUO of the Ley del IGV")
    yield (first["desde"], old, old, "A", f"{MYPE}; {SHEET}")
    yield (now["desde"], " ".join(now["factura_boleta"]), notes, now["fiabilidad"], f"{MYPE}; {SHEET}")
    yield (third["desde"], f"{usual} {third['tasa']}", later, third["fiabilidad"], f"{MYPE}; notes deduced")
    yield (end, usual, later, "C", f"{MYPE}; deduced: the special rate ends, notes may still carry it")


def day_after_year(last: str) -> str:
    """Give the first of January after a 31 December."""
    return f"{int(last[:4]) + 1}-01-01"


if __name__ == "__main__":
    main()
