"""Write docs/kinds/*.md and docs/rules.md: `python update/kinds_pages.py`.

A page for each document kind with its fields, rules and examples, and one page that says for every code of SUNAT's
sheets who judges it. Everything comes from the tables that the program itself uses.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from onapi.facts.codes import return_code
from onapi.facts.sheets import JUDGES, SheetRow, sheet
from onapi.intake.ubl import kind_of
from onapi.intake.vocabularies import VOCABULARIES
from onapi.kinds import KINDS, Kind, Route
from onapi.rules.rule import Rule
from onapi.values.xmltree import parse_xml

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "docs" / "kinds"
RULES = ROOT / "docs" / "rules.md"
GOLDEN = ROOT / "tests" / "golden"
EXAMPLES = ROOT / "examples"
MADE = "Generado por `update/kinds_pages.py` desde las tablas del programa: no lo edite."

_NEEDS = {"R": "sí", "C": "se calcula", "O": "no"}
_LEVELS = {"ERROR": "error", "OBSERV": "observación"}
_ROUTES = {
    Route.BILL: "`sendBill`: SUNAT contesta al momento con la constancia (CDR)",
    Route.OTHER_BILL: "`sendBill` del servicio de retenciones y percepciones: contesta al momento",
    Route.SUMMARY: "`sendSummary`: contesta con un ticket, que se consulta después",
    Route.OTHER_SUMMARY: "`sendSummary` del servicio de retenciones y percepciones: contesta con un ticket",
    Route.GRE: "API REST de guías: contesta con un ticket",
}


def pages() -> dict[Path, str]:
    """Every generated page and what it should hold."""
    made = {PAGES / f"{kind.code.lower()}.md": _kind_page(kind) for kind in KINDS.values()}
    return {**made, PAGES / "README.md": _index(), RULES: _rules_page()}


def _index() -> str:
    rows = "".join(
        f"| [{kind.code}]({kind.code.lower()}.md) | {kind.name} | `{kind.root}` |\n" for kind in KINDS.values()
    )
    return f"# Tipos de comprobante\n\n{MADE}\n\n| Código | Comprobante | XML |\n| --- | --- | --- |\n{rows}"


def _kind_page(kind: Kind) -> str:
    return "\n".join(
        [
            f"# {kind.code} · {kind.name}",
            "",
            MADE,
            "",
            f"* XML: `{kind.root}`.",
            f"* Envío: {_ROUTES[kind.route]}.",
            "",
            "## Ejemplo",
            "",
            *_example(kind),
            "",
            "## Campos",
            "",
            "Los nombres son los de Greenter. `[]` marca una lista.",
            "",
            "| Campo | Obligatorio | Qué es |",
            "| --- | --- | --- |",
            *_fields(kind),
            "",
            "## Reglas que se revisan antes de enviar",
            "",
            "Todas se dicen a la vez, con el campo y el remedio. Una observación no impide el envío.",
            "",
            "| Código | Nivel | Campo | Qué se pide |",
            "| --- | --- | --- | --- |",
            *(_rule_row(kind, rule) for rule in sorted(kind.rules, key=lambda rule: (rule.code, rule.path))),
            "",
        ]
    )


def _example(kind: Kind) -> Iterator[str]:
    file = next(EXAMPLES.glob(f"{kind.code.lower()}-*.json"))
    yield from (f"`onapi build examples/{file.name}`", "", "```json", file.read_text("utf-8").strip(), "```", "")
    cases = sorted(path.parent for path in GOLDEN.glob("*/*/in.json") if _is_of(kind, path))
    names = ", ".join(f"`{case.name}`" for case in cases)
    yield f"Más casos, cada uno con su XML, en `tests/golden/{cases[0].parent.name}/`: {names}."


def _is_of(kind: Kind, path: Path) -> bool:
    """Whether a kept case is of a kind; its XML says so."""
    return _doctype(path) == kind.code


@cache
def _doctype(path: Path) -> str:
    return kind_of(parse_xml(path.with_name("out.xml").read_bytes())).code


def _fields(kind: Kind) -> Iterator[str]:
    seen = set()
    for field in VOCABULARIES[kind.code].fields:
        if field.name not in seen:
            seen.add(field.name)
            yield f"| `{field.name}` | {_NEEDS[field.need]} | {_cell(field.text)} |"


def _rule_row(kind: Kind, rule: Rule[object]) -> str:
    path = f"{rule.over}[0].{rule.path}".rstrip(".") if rule.over else rule.path
    where = VOCABULARIES[kind.code].pointer(path, "").lstrip("/").replace("/0", "[]")
    dates = "".join(f" ({word} {day})" for word, day in (("desde", rule.since), ("hasta", rule.until)) if day)
    return f"| {rule.code} | {_LEVELS[rule.level.value]}{dates} | `{where}` | {_cell(rule.sentence)} |"


def _rules_page() -> str:
    parts = [
        "# Las reglas de SUNAT, una por una",
        "",
        MADE,
        "",
        "Cada código de cada hoja de validación de SUNAT, y quién lo juzga aquí:",
        "",
        *(f"* **{judge}**: {text}." for judge, text in JUDGES.items()),
        "",
        "| Hoja | Códigos | " + " | ".join(JUDGES) + " |",
        "| --- | --- | " + " | ".join("---" for _ in JUDGES) + " |",
        *(_count_row(kind) for kind in KINDS.values()),
        "",
    ]
    for kind in KINDS.values():
        parts += [f"## {kind.code} · {kind.name}", "", *_coverage(sheet(kind.code)), ""]
    return "\n".join(parts)


def _count_row(kind: Kind) -> str:
    rows = sheet(kind.code)
    counts = [str(sum(row.judged == judge for row in rows)) for judge in JUDGES]
    return f"| [{kind.code}](kinds/{kind.code.lower()}.md) | {len(rows)} | " + " | ".join(counts) + " |"


def _coverage(rows: tuple[SheetRow, ...]) -> Iterator[str]:
    """What is not judged by a rule: listed, with the reason where one is needed."""
    for judge in ("register", "left"):
        found = [row for row in rows if row.judged == judge]
        if not found:
            continue
        yield f"**{JUDGES[judge][0].upper()}{JUDGES[judge][1:]}** ({len(found)}):"
        yield ""
        for row in found:
            note = f" — {row.note}" if row.note else ""
            yield f"* {row.code} ({_LEVELS[row.level]}): {_cell(return_code(row.code).message)}{note}"
        yield ""
    for judge in ("reading", "built", "transport", "signature"):
        codes = [row.code for row in rows if row.judged == judge]
        if codes:
            yield f"**{JUDGES[judge][0].upper()}{JUDGES[judge][1:]}** ({len(codes)}): {', '.join(codes)}."
            yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGES.mkdir(exist_ok=True)
    for path, text in pages().items():
        path.write_text(text, "utf-8")
        print(path.relative_to(ROOT))
