"""Make `facts/sheets/*.tsv`: `python update/sheets.py --from DIR`.

DIR holds SUNAT's validation sheets as JSON, one file each, under `rules/`. Code, level and rows come from there; who
judges a code, and the note, are ours: they are kept where a row has them, and guessed where it is new.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tsv import clean, heading, job, write

COLUMNS = ("code", "level", "rows", "judged", "note")
CPE, GRE = "cpe-v20260212", "gre-v20250421"
SHEETS = {
    "01": (CPE, "factura2-0"),
    "03": (CPE, "boleta2-0"),
    "04": (CPE, "liquidacioncompra2-0"),
    "07": (CPE, "notacredito2-0"),
    "08": (CPE, "notadebito2-0"),
    "09": (GRE, "guia-remitente2-0"),
    "20": (CPE, "retenciones1-0"),
    "31": (GRE, "guia-transportista2-0"),
    "40": (CPE, "percepciones1-0"),
    "RA": (CPE, "comunicacion-de-baja1-0"),
    "RC": (CPE, "resumen-diario1-1"),
    "RR": (CPE, "resumen-de-reversiones1-0"),
}
REGISTERS = re.compile(r"Contribuyentes|Padrones|Comprobantes|Autorizaciones|Establecimientos|Plazos|Resumen|Relaci")
FILE = re.compile(r"archivo|nombre del XML|nombre del ZIP|fecha de (recepci|env)", re.IGNORECASE)
ATTRIBUTE = re.compile(r"^Si existe el atributo")
Judged = dict[str, tuple[str, str]]


def main() -> None:
    """Write a table for each kind."""
    work = job(__doc__)
    for doctype, (folder, name) in SHEETS.items():
        source = work.source / "rules" / folder / f"{name}.json"
        target = work.target / "sheets" / f"{doctype}.tsv"
        head = heading(
            f"Who judges each code of SUNAT's sheet for {doctype}",
            f"sheet {name} of {'AjustesValidacionesCPEv20260212' if folder == CPE else 'ValidacionesGREv20250421'}",
            source,
            work.taken,
            "code, level, rows: SUNAT's; judged, note: ours",
        )
        write(target, head, COLUMNS, _rows(json.loads(source.read_text("utf-8")), _kept(target)))


def _rows(found: list[dict[str, Any]], kept: Judged) -> Iterator[tuple[str, ...]]:
    codes: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        for code in re.findall(r"\d{4}", row.get("codigo") or ""):
            codes.setdefault(code, []).append(row)
    for code, rows in sorted(codes.items()):
        judged, note = kept.get(code, (_guess(rows), ""))
        level = "ERROR" if any(row["retorno"] == "ERROR" for row in rows) else "OBSERV"
        yield code, level, " ".join(str(row["fila"]) for row in rows), judged, note


def _guess(rows: list[dict[str, Any]]) -> str:
    """Who judges a code, from its rows; "" where a person must say it."""
    if all(REGISTERS.search(row.get("listados") or "") for row in rows):
        return "register"
    texts = [clean(row.get("validacion") or "") for row in rows]
    if all(ATTRIBUTE.search(text) for text in texts):
        return "built"
    return "transport" if all(FILE.search(text) for text in texts) else ""


def _kept(path: Path) -> Judged:
    if not path.exists():
        return {}
    lines = [line.split("\t") for line in path.read_text("utf-8").split("\n") if line and line[0] != "#"]
    return {row[0]: (row[3], row[4]) for row in lines[1:] if row[3]}


if __name__ == "__main__":
    main()
