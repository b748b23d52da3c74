"""Write docs/errors/README.md from the tables of codes: `python update/error_pages.py`."""

from pathlib import Path

from onapi.api.problem_codes import PROBLEMS
from onapi.api.problem_words import words_of
from onapi.facts.codes import Outcome, outcome_of
from onapi.facts.remedies import published
from onapi.facts.table import read
from onapi.library.explain import explain, explained

PAGE = Path(__file__).parent.parent / "docs" / "errors" / "README.md"
_HEAD = """# Códigos de error

Generado por `update/error_pages.py`: no lo edite. Cada código tiene su página en `/docs/errors` de la API, y en la
consola `onapi code 2800`. Todo error de la API es `application/problem+json`; su miembro `type` lleva a esa página, en
la dirección pública de la plataforma (`ONAPI_PUBLIC_URL`), nunca en la que nombre la cabecera `Host`.

Con `Accept-Language: en`, `title`, `detail` y `action` vienen en inglés y la frase de esta petición queda en
`detailEs`; `code` no cambia y las palabras de SUNAT siguen en español. Cuando el error es de un comprobante lleva
`numberState` (qué fue del número), `deadline` (hasta cuándo se puede informar), `document` y, si SUNAT habló, `sunat`.

## Códigos de OnAPI

| Código | HTTP | Qué significa | Qué hacer |
| --- | --- | --- | --- |
"""
_RANGES = """
## Códigos de SUNAT

Son {count}; {ruled} los revisa OnAPI antes de enviar, con su campo JSON. Si varias filas contienen un código, vale la
más estrecha.

| Códigos | Qué hace SUNAT | Causa | Qué hacer |
| --- | --- | --- | --- |
"""
_BECOMES = {
    Outcome.ACCEPTED: "acepta",
    Outcome.OBSERVED: "acepta y observa",
    Outcome.REJECTED: "rechaza",
    Outcome.HELD: "no registra",
    Outcome.PASSING: "no atiende; se repite solo",
    Outcome.UNKNOWN: "no se sabe; se le pregunta",
}


def _becomes(code: str) -> str:
    return "contesta una consulta" if explain(code).is_of_query else _BECOMES[outcome_of(code)]


def page() -> str:
    """The page as it should be."""
    ours = "".join(
        f"| `{code}` | {known.status} | {words_of(code).cause} | {known.action} |\n" for code, known in PROBLEMS.items()
    )
    ruled = sum(bool(found.places) for found in explained())
    rows = "".join(
        f"| {first if first == last else f'{first}-{last}'} | {_becomes(first)} | {cause} | {remedy} |\n"
        for first, last, cause, remedy, _ in read("remedies.tsv").rows
    )
    return f"{_HEAD}{ours}{_RANGES.format(count=len(published()), ruled=ruled)}{rows}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
