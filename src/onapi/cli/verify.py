"""`verify` and `acts`: whether what is kept is as it was, and what persons did besides receipts."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from onapi.cli.roof import Roof
from onapi.values.moment import in_lima

if TYPE_CHECKING:
    from onapi.flows.verify import Verdict
    from onapi.store.acts import Act

_DAMAGED = 1  # exit status
_SHOWN = 50


def add_commands(cli: typer.Typer, roof: Roof) -> None:
    """`verify`, `acts`."""

    @cli.command(help="Comprueba que nada de lo guardado cambió: historial, conversaciones, sellos, archivos.")
    def verify(
        *,
        with_files: Annotated[bool, typer.Option("--files/--no-files", help="Leer también cada archivo")] = True,
        head: Annotated[str, typer.Option(help="Una cabecera anotada fuera: debe ser una de las de aquí")] = "",
        as_json: Annotated[bool, typer.Option("--json", help="En JSON")] = False,
    ) -> None:
        from onapi.flows.verify import verify as look

        verdict = look(roof.platform(durable=False), with_files=with_files, head=head.strip().lower())
        typer.echo(json.dumps(_told(verdict), ensure_ascii=False, indent=1) if as_json else _text(verdict))
        raise typer.Exit(_DAMAGED if verdict.damages else 0)

    @cli.command(help="Lo que hicieron las personas además de emitir: usuarios, credenciales, certificados, webhooks.")
    def acts(
        ruc: Annotated[str, typer.Option(help="Solo de esta empresa")] = "",
        *,
        most: Annotated[int, typer.Option(min=1, max=10_000, help="Cuántos, los más nuevos")] = 50,
        as_json: Annotated[bool, typer.Option("--json", help="En JSON")] = False,
    ) -> None:
        from onapi.store import acts as store

        platform = roof.platform(durable=False)
        with platform.database.reading() as connection:
            found = store.last(connection, platform.environment, ruc or None, most=most)
        for each in found:
            typer.echo(json.dumps(_as_json(each), ensure_ascii=False) if as_json else _line(each))


def _told(verdict: "Verdict") -> dict[str, object]:
    damages = [{**asdict(each), "sentence": each.sentence} for each in verdict.damages]
    return {**asdict(verdict), "damages": damages}


def _text(verdict: "Verdict") -> str:
    lines = [each.sentence for each in verdict.damages[:_SHOWN]]
    if len(verdict.damages) > _SHOWN:
        lines.append(f"… y {len(verdict.damages) - _SHOWN} más: véalos con --json.")
    looked = f"{verdict.lines} líneas bajo {verdict.seals} sellos, {verdict.heads} cabeceras, {verdict.files} archivos"
    lines.append(f"Se comprobaron {looked}; {verdict.unsealed} líneas recientes no tienen sello todavía.")
    if verdict.head:
        lines.append(f"Última cabecera: {verdict.head}")
    lines.append("HAY DAÑOS: recupere lo dañado de una copia de respaldo." if verdict.damages else "Nada cambió.")
    return "\n".join(lines)


def _line(act: "Act") -> str:
    facts = " ".join(f"{name}={value}" for name, value in act.facts.items())
    who, whose = act.actor or "OnAPI", act.ruc or "-"
    return f"{in_lima(act.at):%Y-%m-%d %H:%M:%S}  {whose:11}  {act.act:24} {act.about}  por {who}  {facts}".rstrip()


def _as_json(act: "Act") -> dict[str, object]:
    return {**asdict(act), "at": act.at.isoformat()}
