"""Make `facts/detracciones.tsv`: `python update/detracciones.py --from DIR`.

DIR holds `detracciones.json`, the codes of catalogue 54 with the percentages that several sources agree on.
"""

import json

from tsv import heading, job, write

COLUMNS = ("code", "percent", "reliability", "name", "source")
LAW = "RS 183-2004/SUNAT, RS 073-2006/SUNAT and their changes"
SPECIAL = {"099": "Ley 30737"}


def main() -> None:
    """Write the table in order of code."""
    asked = job(__doc__)
    file = asked.source / "detracciones.json"
    rows = [
        (
            item["codigo"],
            item["porcentaje"] or "",
            "B" if item["porcentaje"] else "",
            item["descripcion"],
            SPECIAL.get(item["codigo"], LAW),
        )
        for item in json.loads(file.read_text("utf-8"))["items"]
    ]
    note = "no percent: not verified, or not a percentage (028 is an amount for each axle)"
    head = heading("Catálogo 54 with the percentages of the deposit", LAW, file, asked.taken, note)
    write(asked.target / "detracciones.tsv", head, COLUMNS, sorted(rows))


if __name__ == "__main__":
    main()
