"""The HTML of the error pages: text from our tables, every piece escaped, no script, no address but our own."""

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from html import escape
from typing import Final

from onapi.api.problem_codes import PROBLEMS
from onapi.api.problem_words import OF_SUNAT, words_of
from onapi.facts.codes import Outcome
from onapi.kinds import KINDS
from onapi.library.explain import Explained, Place
from onapi.rules.rule import Level

_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;"
    "background:#fff}h1{font-size:1.5rem}h2{font-size:1.15rem;margin-bottom:.2rem}"
    "code{background:#f0f0f2;padding:0 .25em}"
    "dt{font-weight:600}dd{margin:0 0 .6rem}table{border-collapse:collapse;width:100%}"
    "td,th{border-top:1px solid #ccc;padding:.3rem .5rem;text-align:left;vertical-align:top}"
    "section{border-top:1px solid #ccc}:target{background:#fff6d6}input{font:inherit;padding:.3rem;width:20rem}"
)
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'; img-src data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_BECOMES: Final = {
    Outcome.ACCEPTED: "acepta",
    Outcome.OBSERVED: "acepta y observa",
    Outcome.REJECTED: "rechaza",
    Outcome.HELD: "no registra",
    Outcome.PASSING: "no atiende",
    Outcome.UNKNOWN: "no se sabe",
}
_LEVELS: Final = {"ERROR": "error", "OBSERV": "observación"}
_SHEETS: Final = {
    "30": "documento autorizado del adquirente",
    "34": "documento autorizado del operador",
    "general": "hoja general",
    "ose": "constancia de un OSE",
    "ose_batch": "constancia de un OSE, resúmenes",
    "signature": "firma digital",
}


def page(title: str, body: str) -> bytes:
    """A whole page."""
    return (
        '<!doctype html>\n<html lang="es">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    ).encode()


def index(asked: str, ours: Iterable[str], theirs: Iterable[Explained]) -> bytes:
    """The codes, ours told in full and SUNAT's in a row each; `asked` is what was searched for."""
    own = "".join(_section(code, level=2) for code in ours)
    rows = "".join(map(_row, theirs))
    body = (
        "<h1>Códigos de error</h1>\n"
        '<form action="errors" method="get" role="search"><label>Código o palabras '
        f'<input type="search" name="q" value="{escape(asked)}"></label> <button>Buscar</button></form>\n'
        f"<h2>Códigos de OnAPI</h2>\n{own or '<p>Ninguno lleva esas palabras.</p>'}\n<h2>Códigos de SUNAT</h2>\n"
    )
    if not rows:
        return page("Códigos de error de OnAPI", f"{body}<p>Ninguno lleva esas palabras.</p>")
    head = "<tr><th>Código<th>Qué dice SUNAT<th>SUNAT<th>Qué hacer"
    return page("Códigos de error de OnAPI", f"{body}<table>{head}{rows}</table>")


def _row(found: Explained) -> str:
    name = f"{OF_SUNAT}{found.code}"
    cells = (f'<a href="errors/{name}">{found.code}</a>', escape(found.title), _becomes(found))
    return f'<tr id="{name}">' + "".join(f"<td>{cell}" for cell in (*cells, escape(found.remedy))) + "\n"


def page_of_ours(code: str) -> bytes:
    """The page of one of our codes."""
    return page(f"{code}: {PROBLEMS[code].title}", f"{_section(code, level=1)}\n{_back()}")


def _section(code: str, *, level: int) -> str:
    known, words = PROBLEMS[code], words_of(code)
    pairs = [
        ("Qué significa", words.cause),
        ("Qué hacer", known.action),
        ("Qué hace OnAPI", words.does),
        ("Estado HTTP", str(known.status)),
        ("¿Se puede repetir sin cambios?", "Sí, tras los segundos de Retry-After." if known.retryable else "No."),
        ("Desde", f"API {words.since}" if words.since else ""),
    ]
    english = f'<p lang="en">{escape(words.title_en)}. {escape(words.cause_en)} {escape(words.action_en)}</p>'
    heading = f"<h{level}>{escape(known.title)} <code>{code}</code></h{level}>"
    return f'<section id="{code}">{heading}{_list(pairs)}{english}</section>\n'


def page_of_sunat(found: Explained) -> bytes:
    """The page of one of SUNAT's codes."""
    pairs = [
        ("Qué dice SUNAT", found.title),
        ("Causa", found.cause),
        ("Qué hacer", found.remedy),
        ("Qué pasa con el número", found.number),
        ("Qué hace OnAPI", found.does),
        ("En qué comprobantes", _sheets(found)),
        ("La misma regla con el otro nivel", found.twin),
        ("Fuente", found.source),
    ]
    heading = f"<h1>Código {found.code} de SUNAT: {_becomes(found)}</h1>"
    return page(f"SUNAT {found.code}", f"{heading}{_list(pairs)}{_places(found.places)}\n{_back()}")


def _becomes(found: Explained) -> str:
    return "contesta una consulta" if found.is_of_query else _BECOMES[found.outcome]


def _sheets(found: Explained) -> str:
    """Which of SUNAT's sheets use it, and as what."""
    if not found.levels:
        return "SUNAT lo publica en su lista; ninguna de sus hojas de validación vigentes lo usa."
    told = [f"{_sheet_name(name)}: {_LEVELS.get(level, level)}" for name, level in found.levels]
    return "; ".join(told) + "."


def _sheet_name(name: str) -> str:
    return (
        f"{name} {KINDS[name].name}"
        if name in KINDS
        else f"{name} {_SHEETS[name]}"
        if name.isdigit()
        else _SHEETS[name]
    )


def _places(places: Iterable[Place]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(place.field or '/')}</code><td>{', '.join(place.doctypes)}"
        f"<td>{_LEVELS[Level(place.level).value]}<td>{escape(place.sentence)}"
        f"{f' Desde {place.since}.' if place.since else ''}\n"
        for place in places
    )
    head = "<h2>Dónde lo revisa OnAPI</h2>\n<table><tr><th>Campo JSON<th>Comprobantes<th>Nivel<th>Regla"
    return f"{head}{rows}</table>" if rows else ""


def _list(pairs: Iterable[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{escape(name)}<dd>{escape(text)}" for name, text in pairs if text) + "</dl>"


def _back() -> str:
    return '<p><a href="../errors">Todos los códigos</a></p>'
