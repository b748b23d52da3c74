"""More of `company`: set-template, templates, drop-template."""

from pathlib import Path
from typing import Annotated

import typer

from onapi.cli.roof import Roof
from onapi.errors import OnapiError

_BAD = 2
_Ruc = Annotated[str, typer.Option()]
_Name = Annotated[str, typer.Option(help="A4, A5, ticket80 o ticket58 para reemplazar la de OnAPI, u otro nombre")]


def add_template_commands(company: typer.Typer, roof: Roof) -> None:
    """Into the group `company`."""

    @company.command("set-template", help="Carga una plantilla Typst, tras probarla con una página de cada tipo.")
    def set_template(file: Path, ruc: _Ruc, name: _Name = "A4") -> None:
        from onapi.flows import page_templates

        platform = roof.platform()
        try:
            tried = page_templates.put(platform, platform.scope(ruc), name, file.read_bytes())
        except (OnapiError, OSError) as error:
            raise _stopped(error) from error
        typer.echo(f"{name}\t{tried.template.size_bytes} bytes\tprobada con {' '.join(tried.pages)}")

    @company.command(help="Las plantillas de la empresa, y la última falla de cada una.")
    def templates(ruc: _Ruc) -> None:
        from onapi.flows import page_templates
        from onapi.values.moment import in_lima

        platform = roof.platform()
        try:
            found = page_templates.all_of(platform, platform.scope(ruc))
        except OnapiError as error:
            raise _stopped(error) from error
        for each in found:
            fault = each.fault
            told = f"falló el {in_lima(fault.at):%d/%m/%Y} en {fault.receipt}: {fault.sentence}" if fault else "bien"
            typer.echo(f"{each.name}\t{each.size_bytes} bytes\t{in_lima(each.updated_at):%d/%m/%Y %H:%M}\t{told}")

    @company.command("drop-template", help="Borra una plantilla; las páginas vuelven a las de OnAPI.")
    def drop_template(ruc: _Ruc, name: _Name) -> None:
        from onapi.flows import page_templates

        platform = roof.platform()
        try:
            page_templates.remove(platform, platform.scope(ruc), name)
        except OnapiError as error:
            raise _stopped(error) from error


def _stopped(error: Exception) -> typer.Exit:
    """After one sentence."""
    typer.echo(f"onapi: {error}", err=True)
    return typer.Exit(_BAD)
