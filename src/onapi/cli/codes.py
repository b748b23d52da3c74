"""`code` and `rules`: what SUNAT's return codes say, and what we ask of a document before it is sent."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from onapi.facts.codes import ReturnCode

NOTHING_FOUND = 1
_OUTCOMES = {
    "ACCEPTED": "aceptado",
    "OBSERVED": "aceptado con observación",
    "REJECTED": "rechazado",
    "HELD": "no registrado",
    "PASSING": "no atendido; pasa solo",
    "UNKNOWN": "no se sabe si quedó registrado",
}
_LEVELS = {"ERROR": "error", "OBSERV": "observación"}

Words = Annotated[list[str], typer.Argument(help="Un código, como 2800, o palabras de su mensaje")]


def add_commands(cli: typer.Typer) -> None:
    """The commands that explain."""
    cli.command("code", help="Explica un código de retorno de SUNAT, o los busca por sus palabras.")(_code)
    cli.command("rules", help="Muestra las reglas que se revisan antes de enviar, por código o por palabras.")(_rules)


def _code(words: Words) -> None:
    from onapi.facts.codes import return_code, search_codes

    text = " ".join(words)
    exact = return_code(text) if text.isdigit() else None
    found = (exact,) if exact and exact.message else search_codes(text)
    for code in found:
        typer.echo("\n".join(_told(code)))
    if not found:
        _nothing("Ningún código de SUNAT lleva esas palabras.")


def _told(code: "ReturnCode") -> Iterator[str]:
    from onapi.library.explain import explain

    found = explain(code.code)
    yield f"{code.code}\t{found.title}"
    if not found.is_of_query:
        yield f"\tSi es la respuesta: {_OUTCOMES[found.outcome.value]}."
    yield f"\tCausa: {found.cause}"
    yield f"\tQué hacer: {found.remedy}"
    yield f"\tNúmero: {found.number}"
    yield f"\tOnAPI: {found.does}"
    for place in found.places:
        yield f"\t{place.field or '/'}\t{', '.join(place.doctypes)}\t{_LEVELS[place.level.value]}\t{place.sentence}"
    if found.levels:
        yield "\tEn las hojas de SUNAT: " + ", ".join(f"{kind} {_LEVELS[level]}" for kind, level in found.levels) + "."
    if found.twin:
        yield f"\tLa misma regla con el otro nivel: {found.twin}."
    yield f"\tFuente: {found.source}."


def _rules(
    words: Words,
    doctype: Annotated[str, typer.Option("--doctype", help="Solo las de este tipo de comprobante")] = "",
) -> None:
    lines = list(_rule_lines([word.lower() for word in words], doctype))
    for line in dict.fromkeys(lines):
        typer.echo(line)
    if not lines:
        _nothing("Ninguna regla propia lleva ese código; vea `onapi code`.")


def _rule_lines(words: list[str], doctype: str) -> Iterator[str]:
    from onapi.intake.vocabularies import VOCABULARIES
    from onapi.kinds import KINDS

    for kind in KINDS.values():
        if doctype and kind.code != doctype:
            continue
        for rule in kind.rules:
            if not all(word == rule.code or word in rule.sentence.lower() for word in words):
                continue
            path = f"{rule.over}[0].{rule.path}".rstrip(".") if rule.over else rule.path
            where = VOCABULARIES[kind.code].pointer(path, "").replace("/0", "/n")
            dates = "".join(
                f"\t{name} {day}" for name, day in (("desde", rule.since), ("hasta", rule.until)) if day is not None
            )
            yield f"{rule.code}\t{kind.code}\t{_LEVELS[rule.level.value]}\t{where}\t{rule.sentence}{dates}"


def _nothing(sentence: str) -> None:
    typer.echo(f"onapi: {sentence}", err=True)
    raise typer.Exit(NOTHING_FOUND)
