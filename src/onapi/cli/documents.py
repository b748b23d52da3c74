"""`documents list` and `documents export`: a company's receipts, on the screen or as CSV."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onapi.cli.roof import Roof

if TYPE_CHECKING:
    from onapi.store.lists import Order, Wanted

_Ruc = Annotated[str, typer.Option(help="RUC de la empresa")]
_Status = Annotated[str, typer.Option(help="Estados, separados por comas: REJECTED,UNKNOWN")]
_Kind = Annotated[str, typer.Option("--doctype", help="Tipo de comprobante: 01, 03…")]
_From = Annotated[str, typer.Option("--from", help="Emitidos desde, AAAA-MM-DD")]
_To = Annotated[str, typer.Option("--to", help="Emitidos hasta, AAAA-MM-DD")]


def add_commands(cli: typer.Typer, roof: Roof) -> None:
    """`documents`."""
    group = typer.Typer(no_args_is_help=True, help="Los comprobantes de una empresa.")
    cli.add_typer(group, name="documents")
    _add_list(group, roof)
    _add_export(group, roof)


def _add_list(group: typer.Typer, roof: Roof) -> None:
    @group.command("list", help="Muestra los comprobantes, del más nuevo al más antiguo.")
    def list_(
        ruc: _Ruc,
        *,
        status: _Status = "",
        doctype: _Kind = "",
        since: _From = "",
        until: _To = "",
        most: Annotated[int, typer.Option(min=1, max=10_000, help="Cuántos como máximo")] = 20,
    ) -> None:
        from onapi.flows.list_documents import page
        from onapi.flows.public_status import status_of

        wanted, order = _wanted(status, doctype, since, until)
        platform = roof.platform()
        for kept, around in page(platform, platform.scope(ruc), wanted, order, limit=most).items:
            document = kept.document
            standing = status_of(kept.submission, platform.clock(), around)
            total = "" if document.total is None else f"{document.currency} {document.total}"
            typer.echo("\t".join((document.receipt.file_name, str(document.issue_date), standing, total)))


def _add_export(group: typer.Typer, roof: Roof) -> None:
    @group.command("export", help="Escribe los comprobantes en CSV, a un archivo o a la salida.")
    def export(
        ruc: _Ruc,
        *,
        status: _Status = "",
        doctype: _Kind = "",
        since: _From = "",
        until: _To = "",
        out: Annotated[Path | None, typer.Option(help="Archivo .csv; si falta, la salida")] = None,
    ) -> None:
        from onapi.flows.export_documents import csv_of

        wanted, order = _wanted(status, doctype, since, until)
        platform = roof.platform()
        pieces = csv_of(platform, platform.scope(ruc), wanted, order)
        if out is None:
            sys.stdout.buffer.writelines(pieces)
            return
        with out.open("wb") as file:
            file.writelines(pieces)
        typer.echo(f"Exportado en {out}")


def _wanted(status: str, doctype: str, since: str, until: str) -> tuple["Wanted", "Order"]:
    """The filters; wrong ones in one sentence."""
    from onapi.flows.public_status import STATUSES
    from onapi.store.lists import Order, Wanted
    from onapi.values.number import DOCTYPES

    statuses = tuple(dict.fromkeys(part.strip().upper() for part in status.split(",") if part.strip()))
    if unknown := [each for each in statuses if each not in STATUSES]:
        raise _wrong(f"«{unknown[0]}» no es un estado; use {', '.join(sorted(STATUSES))}.")
    if doctype and doctype not in DOCTYPES:
        raise _wrong(f"El tipo debe ser uno de {', '.join(DOCTYPES)}.")
    wanted = Wanted(doctype or None, statuses=statuses, issued_from=_day(since), issued_to=_day(until))
    return wanted, Order.ISSUED if since or until else Order.NEWEST


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise _wrong("El día se escribe AAAA-MM-DD.") from None


def _wrong(sentence: str) -> typer.Exit:
    typer.echo(f"onapi: {sentence}", err=True)
    return typer.Exit(2)
