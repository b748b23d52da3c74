"""Make `facts/windows.tsv`: `python update/windows.py --from DIR`.

DIR holds `plazos.json`, whose periods are sentences. The table `READING` says which rows of ours each sentence
makes; the days, the code, the level and the reliability are read from it. `BESIDE` has what it does not say.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from tsv import heading, job, write

COLUMNS = ("group", "what", "since", "days", "code", "level", "reliability", "source")
START = "2012-01-01"  # SUNAT's system for issuers' own programs is of that year
RS_SEND = "RS 000003-2023/SUNAT"
RS_BOLETA = "RS 114-2019/SUNAT; rule 1079"
RULE_VOID = "rule 2957, 7 days after the issue date"
RULE_SUMMARY = "rule 4443 of the daily summary: later is accepted and noted"
RULE_FUTURE = "rule 2329"
RULE_REVERSAL = "the sheet Resumen de reversiones has no limit for 20 and 40"
RULE_WITHHOLDING = "rule 2600 does not say the days: cautious, to be confirmed"
Row = tuple[str, str, str, str, str, str, str, str]

# (doc, que) of plazos.json -> our groups, what they do, first day, source
READING: dict[tuple[str, str], list[tuple[str, str, str, str]]] = {
    ("01", "envío"): [("01", "send", "2023-01-01", f"{RS_SEND}; rule 2108; first day not verified")],
    ("07/08 serie F", "envío"): [("07F 08F", "send", "2023-01-01", f"{RS_SEND}; rule 2108; first day not verified")],
    ("03", "envío individual (sendBill)"): [("03", "send_individually", "2020-01-01", RS_BOLETA)],
    ("07/08 serie B", "envío individual"): [("07B 08B", "send_individually", "2020-01-01", RS_BOLETA)],
    ("RC", "envío del resumen"): [
        ("03 07B 08B RC", "send", "2024-11-11", RULE_SUMMARY),
        ("03 07B 08B RC", "summary", "2024-11-11", RULE_SUMMARY),
    ],
    ("RC estado 3", "anulación de boleta/nota B"): [("03 07B 08B RC", "void", "2021-09-01", RULE_VOID)],
    ("RA", "baja de 01/07/08 serie F"): [
        ("01 07F 08F RA", "void", "2021-09-01", RULE_VOID),
        ("RA", "send", "2021-09-01", f"{RULE_VOID} of the documents in it"),
    ],
    ("RR", "reversión de 20/40"): [("20 40 RR", "void", START, RULE_REVERSAL), ("RR", "send", START, RULE_REVERSAL)],
    ("20/40", "envío"): [("20 40", "send", START, RULE_WITHHOLDING)],
    ("01/03/07/08", "fecha futura"): [("01 03 07F 07B 08F 08B", "future", START, RULE_FUTURE)],
    ("RC", "IssueDate futura"): [("RC", "future", START, "rule 2236")],
    ("RA/RR", "IssueDate futura"): [("RA RR", "future", START, "rule 2301")],
    ("09/31", "envío"): [("09 31", "send", "2022-07-13", "rule 2108; accepted before the transport begins")],
    ("09/31", "fecha futura"): [("09 31", "future", "2022-07-13", RULE_FUTURE)],
}
PAPER = "the rules of the window leave out series that begin with a digit"
BESIDE: list[Row] = [
    ("04", "send", START, "1", "2108", "ERROR", "A", "rule 2108 of the liquidación de compra"),
    ("04", "future", START, "0", "2329", "ERROR", "A", "rule 2329 of the liquidación de compra"),
    ("04", "void", START, "7", "2958", "ERROR", "A", "rule 2958"),
    ("04", "void", "2027-01-01", "5", "2958", "ERROR", "C", "rule 2958, change published in 2026"),
    *(
        ("contingency", what, START, "", "", "", "A", PAPER)
        for what in ("send", "send_individually", "summary", "void")
    ),
]


def main() -> None:
    """Write the table in order of group."""
    asked = job(__doc__)
    file = asked.source / "plazos.json"
    rows = [row for item in json.loads(file.read_text("utf-8"))["items"] for row in read(item)]
    notes = (f"since {START}: at least since then", "no days: SUNAT sets no limit")
    head = heading("Legal windows by issue date", "the rule or law in each row", file, asked.taken, *notes)
    write(asked.target / "windows.tsv", head, COLUMNS, sorted([*rows, *BESIDE]))


def read(item: dict[str, Any]) -> Iterator[Row]:
    """Make the rows of one sentence; KeyError when SUNAT says something this script has not heard yet."""
    code, level = item["codigo"] or "", item.get("nivel", "").split(" ")[0]
    for groups, what, since, source in READING[item["doc"], item["que"]]:
        for group in groups.split():
            yield (group, what, since, days(item["plazo"]), code, level, item["fiabilidad"][-1], source)


def days(sentence: str) -> str:
    """Read the number of days in a sentence: 0 for "not later than", none where it says there is no rule."""
    if sentence.startswith("sin regla"):
        return ""
    found = re.search(r"(\d+) días?", sentence)
    return found[1] if found else "0"


if __name__ == "__main__":
    main()
