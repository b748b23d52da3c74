"""Make `facts/catalogs/NN.tsv` from SUNAT's catalogues: `python update/catalogs.py --from DIR`.

DIR holds `index.json` (the catalogues with their sources) and `cat-NN.json` or a CSV for each. Catalogue 13 is the
business of `places.py`.
"""

import csv
import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from tsv import clean, heading, job, write

Item = dict[str, str]

# Which field is the code and which the text, where it is not `codigo` and `descripcion`; the first that is there.
SHAPES: dict[str, tuple[str, Sequence[str]]] = {
    "24": ("codigo_tarifa", ("codigo",)),
    "25.1": ("codigo_producto", ("descripcion",)),
    "61": ("codigo", ("nombre",)),
    "63": ("codigo", ("nombre",)),
    "64": ("codigo", ("nombre",)),
    "D-37": ("codigo", ("nombre", "descripcion")),
}
PLAIN: tuple[str, Sequence[str]] = ("codigo", ("descripcion",))
COLUMNS = {
    "abreviatura": "short_name",
    "boleta": "boleta",
    "categoria_un_ece_5305": "category",
    "codigo_internacional": "international_code",
    "codigo_producto": "product_code",
    "comprobantes": "receipts",
    "factura": "factura",
    "g_exonerado": "exonerated",
    "g_exportacion": "export",
    "g_gratuito": "free",
    "g_igv": "igv",
    "g_inafecto": "unaffected",
    "g_ivap": "ivap",
    "global": "global",
    "gre_aplicable": "applies_to",
    "gre_remitente": "remitente",
    "gre_transportista": "transportista",
    "item": "item",
    "liquidacion": "liquidacion",
    "nivel": "level",
    "nombre": "name",
    "origen": "origin",
    "partidas_referenciales": "tariff_items",
    "servicio": "service",
    "tasa": "percent",
    "tributo": "tax",
    "ubigeo": "ubigeo",
    "vigencia_desde": "since",
    "vigencia_hasta": "until",
}
DROPPED = frozenset({"n", "porcentaje"})  # a running number; the same as `tasa`
VALUES = {"si": "1", "no": "0", "1016 o 9996": "1016 9996", "9995 o 9996": "9995 9996"}


def main() -> None:
    """Write every catalogue of the index but 13."""
    asked = job(__doc__)
    for entry in json.loads((asked.source / "index.json").read_text("utf-8")):
        number = entry["catalogo"]
        if number == "13":
            continue
        file = asked.source / entry.get("archivo", f"cat-{number}.json")
        columns, rows, repeated = table(number, items(file))
        notes = [f"repeated in the source, one row here: {' '.join(repeated)}"] if repeated else []
        head = heading(f"Catálogo {number}: {entry['nombre']}", entry["fuente"], file, asked.taken, *notes)
        write(asked.target / "catalogs" / f"{number}.tsv", head, columns, rows)


def items(file: Path) -> list[Item]:
    """Read the rows of a catalogue as SUNAT's file has them."""
    if file.suffix == ".csv":
        with file.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))
    found: list[Item] = json.loads(file.read_text("utf-8"))["items"]
    return found


def table(number: str, found: Sequence[Item]) -> tuple[list[str], list[list[str]], list[str]]:
    """Give columns, rows with each code once, and the codes that came more than once."""
    code, texts = SHAPES.get(number, PLAIN)
    names = list(dict.fromkeys(name for item in found for name in item))
    extras = [name for name in names if name not in {code, *texts} | DROPPED]
    rows: dict[str, list[str]] = {}
    repeated: dict[str, None] = {}
    for item in found:
        text = next(item[name] for name in texts if name in item)
        row = [item[code], clean(text), *(VALUES.get(item.get(name, ""), item.get(name, "")) for name in extras)]
        if item[code] in rows:
            repeated[item[code]] = None
            first = rows[item[code]]
            marks = [joined(*pair, " ") for pair in zip(first[2:], row[2:], strict=True)]
            row = [item[code], joined(first[1], row[1], " / "), *marks]
        rows[item[code]] = row
    return ["code", "text", *(COLUMNS[name] for name in extras)], list(rows.values()), list(repeated)


def joined(first: str, second: str, by: str) -> str:
    """Join both cells of a repeated code, or the first alone when they differ in accents and capitals at most."""
    return first if folded(first) == folded(second) else by.join((first, second))


def folded(text: str) -> str:
    """Strip accents and capitals from a text."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))


if __name__ == "__main__":
    main()
