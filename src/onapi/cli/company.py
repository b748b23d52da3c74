"""More of `company`: list, show, set-logo, set-sender, check."""

from pathlib import Path
from typing import Annotated, Any

import typer

from onapi.cli.roof import Roof
from onapi.errors import OnapiError

_BAD = 2
_Ruc = Annotated[str, typer.Option()]


def add_company_commands(company: typer.Typer, roof: Roof) -> None:
    """Into the group `company`."""
    _add_looking(company, roof)
    _add_check(company, roof)
    _add_sending(company, roof)


def _add_looking(company: typer.Typer, roof: Roof) -> None:
    @company.command("list", help="Las empresas inscritas: RUC, razón social, fin del certificado.")
    def list_companies() -> None:
        from onapi.flows import keep_company
        from onapi.store.acting import acting_for_all
        from onapi.values.moment import in_lima

        platform, after = roof.platform(), ""
        with acting_for_all("a list of all companies"):
            while found := keep_company.some_companies(platform, None, after=after, most=200):
                for each in found:
                    until = each.certificate_expires_at
                    ends = f"{in_lima(until):%d/%m/%Y}" if until else "sin certificado"
                    typer.echo(f"{each.scope.ruc}\t{each.party.name}\t{ends}")
                after = found[-1].scope.ruc

    @company.command(help="Una empresa: qué tiene y qué le falta. Ningún secreto se muestra.")
    def show(ruc: _Ruc) -> None:
        from onapi.flows import certificates, keep_company
        from onapi.values.moment import in_lima

        platform = roof.platform()
        found = _or_stop(lambda: keep_company.company(platform, platform.scope(ruc)))
        about = found.about
        typer.echo(f"{ruc}\t{found.party.name}")
        for name, there in (
            ("usuario SOL", found.sol_password),
            ("credenciales de guías", found.gre_client_secret),
            ("credenciales de la Consulta Integrada", found.validity_client_secret),
            ("logotipo", about and about.logo),
        ):
            typer.echo(f"{name}\t{'sí' if there else 'no'}")
        for each in certificates.history(platform, platform.scope(ruc)):
            state = "con clave" if each.sealed else "sin clave"
            typer.echo(f"certificado\t{each.subject}\thasta {in_lima(each.not_after):%d/%m/%Y}\t{state}")


def _add_check(company: typer.Typer, roof: Roof) -> None:
    @company.command(help="Pregunta a SUNAT si las credenciales pasan, sin enviar nada. 1 si no puede emitir.")
    def check(ruc: _Ruc) -> None:
        from onapi.flows import check_company, keep_company

        platform = roof.platform()
        company = _or_stop(lambda: keep_company.company(platform, platform.scope(ruc)))
        found = check_company.check(platform, company)
        for name, each in found.items():
            typer.echo(f"{name}\t{each.standing}\t{each.detail}")
        if any(found[name].standing != "PASSED" for name in ("certificate", "sol")):
            raise typer.Exit(1)


def _add_sending(company: typer.Typer, roof: Roof) -> None:
    @company.command("set-logo", help="Carga el logotipo: un PNG, JPEG o WebP de hasta 1 MiB, que se vuelve a dibujar.")
    def set_logo(file: Path, ruc: _Ruc) -> None:
        from onapi.flows import keep_company

        platform = roof.platform()
        picture, form = _or_stop(lambda: keep_company.set_logo(platform, platform.scope(ruc), file.read_bytes()))
        typer.echo(f"{form}, {len(picture)} bytes")

    @company.command("set-sender", help="Configura cómo se envían sus comprobantes; lo que no se da queda como está.")
    def set_sender(  # noqa: PLR0917  options are given by name
        ruc: _Ruc,
        reply_to: Annotated[str | None, typer.Option(help="A dónde responden los clientes")] = None,
        display_name: Annotated[str | None, typer.Option(help="Remitente")] = None,
        whatsapp_phone: Annotated[str | None, typer.Option(help="+51…")] = None,
        boleta_mode: Annotated[str | None, typer.Option(help="individual o summary")] = None,
        summary_at: Annotated[str | None, typer.Option(help="HH:MM de Lima")] = None,
        page_color: Annotated[str | None, typer.Option(help="#RRGGBB")] = None,
        page_authorization: Annotated[str | None, typer.Option(help="Frase de autorización de la página")] = None,
    ) -> None:
        from onapi.flows import keep_company

        given = {
            "replyTo": reply_to,
            "displayName": display_name,
            "whatsappPhone": whatsapp_phone,
            "boletaMode": boleta_mode,
            "summaryAt": summary_at,
            "pageColor": page_color,
            "pageAuthorization": page_authorization,
        }
        platform = roof.platform()
        scope = platform.scope(ruc)
        changes = {name: value for name, value in given.items() if value is not None}
        sender = _or_stop(lambda: keep_company.change_sender(platform, scope, changes))
        for name, value in sender.items():
            typer.echo(f"{name}\t{value if value is not None else ''}")


def _or_stop(do: Any) -> Any:  # noqa: ANN401  whatever the flow gives
    try:
        return do()
    except (OnapiError, OSError) as error:
        typer.echo(f"onapi: {error}", err=True)
        raise typer.Exit(_BAD) from error
