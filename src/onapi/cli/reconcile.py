"""`reconcile` and `explain-gap`: our record against what SUNAT holds."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from onapi.cli.roof import Roof

_FOUND = 1  # exit status
_UNUSABLE = 2


def add_commands(cli: typer.Typer, roof: Roof) -> None:
    """`reconcile`, `explain-gap`."""
    _add_reconcile(cli, roof)
    _add_explain(cli, roof)


def _add_reconcile(cli: typer.Typer, roof: Roof) -> None:
    @cli.command(help="Compara lo guardado con lo que tiene SUNAT y repone lo que se puede. Sale con 1 si halla algo.")
    def reconcile(
        *,
        ruc: Annotated[str, typer.Option(help="Solo esta empresa")] = "",
        first: Annotated[datetime | None, typer.Option("--from", help="Emitidos desde", formats=["%Y-%m-%d"])] = None,
        last: Annotated[datetime | None, typer.Option("--to", help="Emitidos hasta", formats=["%Y-%m-%d"])] = None,
        out: Annotated[Path | None, typer.Option(help="Archivo .json, .csv o .txt")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="En JSON")] = False,
        most: Annotated[int, typer.Option(min=1, help="Comprobantes que se revisan como máximo")] = 20_000,
        show_last: Annotated[bool, typer.Option("--last", help="Muestra la de anoche, sin preguntar nada")] = False,
    ) -> None:
        days = (first.date() if first else None, last.date() if last else None)
        report = _last(roof) if show_last else _now(roof, ruc, days, most)
        written = _written(report, "json" if as_json else "txt")
        if out is not None:
            out.write_text(_written(report, out.suffix.lstrip(".").lower()), "utf-8")
        typer.echo(written, nl=False)
        raise typer.Exit(_FOUND if report["findings"] else 0)


def _add_explain(cli: typer.Typer, roof: Roof) -> None:
    @cli.command("explain-gap", help="Dice por qué no se usaron unos números, y la conciliación deja de señalarlos.")
    def explain_gap(
        *,
        ruc: Annotated[str, typer.Option()],
        doctype: Annotated[str, typer.Option("--type", help="01, 03, 07…")],
        series: Annotated[str, typer.Option()],
        first: Annotated[int, typer.Option("--from", min=1)],
        last: Annotated[int, typer.Option("--to", min=1)],
        why: Annotated[str, typer.Option(help="La razón, para quien audite")],
        actor: Annotated[str, typer.Option("--as", help="Quién lo dice; si falta, el usuario del sistema")] = "",
    ) -> None:
        from onapi.cli.actor import actor_or_user
        from onapi.store import series_report
        from onapi.store.series_report import NumberNote

        if last < first or not why.strip():
            raise _unusable("Indique --from, --to y --why: del primero al último número, y la razón.")
        platform = roof.platform()
        said = NumberNote(doctype, series.upper(), first, last, why.strip(), actor_or_user(actor), platform.clock())
        with platform.database.transaction() as connection:
            series_report.explain(connection, platform.scope(ruc), said)


def _now(roof: Roof, ruc: str, days: tuple[date | None, date | None], most: int) -> dict[str, Any]:
    from onapi.flows.reconcile import reconcile
    from onapi.flows.report import report_json
    from onapi.store.checks import Wanted

    platform = roof.platform()
    wanted = Wanted(platform.environment, ruc or None, *days)
    return report_json(reconcile(platform, wanted, most=most))


def _last(roof: Roof) -> dict[str, Any]:
    from onapi.flows.reconcile_night import last_report

    report = last_report(roof.platform())
    if report is None:
        raise _unusable("Todavía no hubo una conciliación nocturna.")
    return report


def _written(report: dict[str, Any], form: str) -> str:
    from onapi.flows.report import report_csv, report_text

    match form:
        case "json":
            return json.dumps(report, ensure_ascii=False, indent=1) + "\n"
        case "csv":
            return report_csv(report)
        case _:
            return report_text(report)


def _unusable(sentence: str) -> typer.Exit:
    typer.echo(f"onapi: {sentence}", err=True)
    return typer.Exit(_UNUSABLE)
