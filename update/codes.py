"""Make `facts/codes.tsv` from SUNAT's return codes: `python update/codes.py --from DIR`.

DIR holds `codigos-retorno.json` and `obs-equivalentes-a-error.json`. The outcome of each code is the one that
`facts/outcomes.tsv` gives it; change that file by hand, then run this.
"""

import json

from tsv import heading, job, write

from onapi.facts.codes import outcome_of

SHEETS = {
    "Boleta2_0": "03",
    "CDR-OSE-Comprobante": "ose",
    "CDR-OSE-Resumen": "ose_batch",
    "Comunicación de Baja1_0": "RA",
    "DAE-Adquirente2_0": "30",
    "DAE-Operador2_0": "34",
    "Factura2_0": "01",
    "Firma": "signature",
    "General": "general",
    "Guía-Remitente2_0": "09",
    "Guía-Transportista2_0": "31",
    "LiquidacionCompra2_0": "04",
    "NotaCredito2_0": "07",
    "NotaDebito2_0": "08",
    "Percepciones1_0": "40",
    "Resumen Diario1_1": "RC",
    "Resumen de reversiones1_0": "RR",
    "Retenciones1_0": "20",
}
COLUMNS = ("code", "outcome", "used_as", "levels", "twin", "message", "source")


def main() -> None:
    """Write the table in order of code."""
    asked = job(__doc__)
    file = asked.source / "codigos-retorno.json"
    pairs = json.loads((asked.source / "obs-equivalentes-a-error.json").read_text("utf-8"))["obs_a_error"]
    twins = {**pairs, **{error: observation for observation, error in pairs.items()}}
    rows = [
        (
            item["codigo"],
            outcome_of(item["codigo"]),
            item["uso"] or "",
            levels(item.get("hojas") or {}),
            twins.get(item["codigo"], ""),
            item["mensaje"],
            item["fuente"],
        )
        for item in json.loads(file.read_text("utf-8"))
    ]
    source = "SUNAT's lists of return codes, CPE of April 2026, GRE v20250421, SFS of June 2026"
    note = (
        "levels: how the validation sheet of each document type uses the code; twin: the same rule at the other level"
    )
    head = heading("SUNAT's return codes", source, file, asked.taken, note)
    write(asked.target / "codes.tsv", head, COLUMNS, sorted(rows))


def levels(sheets: dict[str, str]) -> str:
    """Make `01=ERROR 03=OBSERV` of SUNAT's names of sheets."""
    return " ".join(sorted(f"{SHEETS[sheet]}={level}" for sheet, level in sheets.items()))


if __name__ == "__main__":
    main()
