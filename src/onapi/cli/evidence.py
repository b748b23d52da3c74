"""`evidence` and `settle`: what a person takes to SUNAT, and what a person brings back."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onapi.cli.roof import Roof

if TYPE_CHECKING:
    from onapi.values.number import ReceiptId

_NAME = re.compile(r"(\d{11})-(\w{2})-(\w{4}|\d{8})-(\d{1,8})", re.ASCII)
_Name = Annotated[str, typer.Argument(metavar="NOMBRE", help="20000000001-01-F001-123")]


def add_commands(cli: typer.Typer, roof: Roof) -> None:
    """`evidence`, `settle`."""

    @cli.command(help="Escribe en un ZIP todo lo que prueba dónde está un comprobante.")
    def evidence(name: _Name, out: Annotated[Path, typer.Option(help="Archivo .zip")]) -> None:
        from onapi.flows.evidence import evidence as pack

        out.write_bytes(pack(roof.platform(), _receipt(name)))
        typer.echo(f"Expediente en {out}")

    @cli.command(help="Adopta una constancia obtenida fuera, o pide enviar otra vez los mismos bytes.")
    def settle(
        name: _Name,
        *,
        cdr: Annotated[Path | None, typer.Option(help="Constancia de SUNAT, .zip o .xml")] = None,
        again: Annotated[bool, typer.Option("--resend", help="Enviar otra vez")] = False,
        actor: Annotated[str, typer.Option("--as", help="Quién lo dice; si falta, el usuario del sistema")] = "",
    ) -> None:
        from onapi.cli.actor import actor_or_user
        from onapi.flows.settle_by_hand import adopt, resend
        from onapi.flows.standing import sentence_of

        if (cdr is None) is not again:
            raise _unusable("Indique --cdr ARCHIVO o --resend, uno de los dos.")
        platform, receipt, who = roof.platform(), _receipt(name), actor_or_user(actor)
        kept = resend(platform, receipt, who) if cdr is None else adopt(platform, receipt, _bytes(cdr), who)
        typer.echo(sentence_of(kept.submission))


def _receipt(name: str) -> "ReceiptId":
    from onapi.values.number import ReceiptId

    found = _NAME.fullmatch(name.upper())
    if found is None:
        raise _unusable("El nombre se escribe RUC-TIPO-SERIE-NÚMERO: 20000000001-01-F001-123.")
    return ReceiptId(found[1], found[2], found[3], int(found[4]))


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise _unusable(f"No se puede leer {file}.") from error


def _unusable(sentence: str) -> typer.Exit:
    typer.echo(f"onapi: {sentence}", err=True)
    return typer.Exit(2)
