"""Make `facts/ubigeo.tsv` from SUNAT's catalogue 13: `python update/places.py --from DIR`.

DIR holds `cat-13-ubigeo.csv`.
"""

import csv

from tsv import heading, job, write

COLUMNS = ("ubigeo", "department", "province", "district")


def main() -> None:
    """Write departments, provinces and districts in order of ubigeo."""
    asked = job(__doc__)
    file = asked.source / "cat-13-ubigeo.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        found = list(csv.DictReader(lines))
    rows = [(row["ubigeo"], row["departamento"], row["provincia"], row["distrito"]) for row in found]
    head = heading("Catálogo 13: ubigeo (INEI)", "SFS VALI/commons/cpe/catalogo (2026-06)", file, asked.taken)
    write(asked.target / "ubigeo.tsv", head, COLUMNS, sorted(rows))


if __name__ == "__main__":
    main()
