"""Companies: `company add`, `company set-certificate`, `company set-sol`."""

from pathlib import Path
from typing import Annotated

import typer

from onapi.cli.company import add_company_commands
from onapi.cli.company_channels import add_channel_commands
from onapi.cli.company_templates import add_template_commands
from onapi.cli.roof import Roof
from onapi.errors import OnapiError
from onapi.values.identity import RUC, is_ruc
from onapi.values.party import Address, Party


def add_commands(cli: typer.Typer, roof: Roof) -> None:
    """The group `company`."""
    company = typer.Typer(help="Empresas que emiten.", no_args_is_help=True)
    cli.add_typer(company, name="company")
    _add_company_commands(company, roof)
    add_company_commands(company, roof)
    add_template_commands(company, roof)
    add_channel_commands(company, roof)


def _add_company_commands(company: typer.Typer, roof: Roof) -> None:
    @company.command(help="Inscribe una empresa o actualiza sus datos.")
    def add(  # noqa: PLR0917  options are given by name
        ruc: Annotated[str, typer.Option()],
        name: Annotated[str, typer.Option(help="Razón social")],
        trade_name: Annotated[str, typer.Option(help="Nombre comercial")] = "",
        address: Annotated[str, typer.Option(help="Dirección fiscal")] = "",
        ubigeo: Annotated[str, typer.Option(help="Seis dígitos de INEI")] = "",
        email: Annotated[str, typer.Option(help="Correo de la empresa")] = "",
        telephone: Annotated[str, typer.Option(help="Teléfono de la empresa")] = "",
    ) -> None:
        from onapi.flows import enrol

        if not is_ruc(ruc):
            raise _wrong("El RUC no es válido.")
        enrol.enrol(roof.platform(), Party(RUC, ruc, name, trade_name, placed(address, ubigeo), email, telephone))

    @company.command("set-certificate", help="Carga el certificado digital (.p12, .pfx o .pem).")
    def set_certificate(
        file: Path,
        ruc: Annotated[str, typer.Option()],
        password: Annotated[str, typer.Option(prompt=True, hide_input=True, help="Clave del archivo")],
    ) -> None:
        from onapi.flows import enrol

        platform = roof.platform()
        try:
            enrol.set_certificate(platform, platform.scope(ruc), file.read_bytes(), password)
        except (OnapiError, OSError) as error:
            raise _wrong(str(error)) from error

    _add_credentials(company, roof)


def _add_credentials(company: typer.Typer, roof: Roof) -> None:
    @company.command("set-sol", help="Guarda el usuario SOL secundario (sin el RUC) y su clave.")
    def set_sol(
        ruc: Annotated[str, typer.Option()],
        user: Annotated[str, typer.Option()],
        password: Annotated[str, typer.Option(prompt=True, hide_input=True)],
    ) -> None:
        from onapi.flows import enrol

        platform = roof.platform()
        enrol.set_sol(platform, platform.scope(ruc), user, password)

    @company.command("set-gre", help="Guarda las credenciales de API SUNAT con que se envían las guías.")
    def set_gre(
        ruc: Annotated[str, typer.Option()],
        client_id: Annotated[str, typer.Option()],
        secret: Annotated[str, typer.Option(prompt=True, hide_input=True)],
    ) -> None:
        from onapi.flows import enrol

        platform = roof.platform()
        enrol.set_gre(platform, platform.scope(ruc), client_id, secret)

    @company.command("set-validity", help="Guarda las credenciales de API SUNAT de la Consulta Integrada de Validez.")
    def set_validity(
        ruc: Annotated[str, typer.Option()],
        client_id: Annotated[str, typer.Option()],
        secret: Annotated[str, typer.Option(prompt=True, hide_input=True)],
    ) -> None:
        from onapi.flows import enrol

        platform = roof.platform()
        enrol.set_validity(platform, platform.scope(ruc), client_id, secret)


def placed(line: str, ubigeo: str) -> Address:
    """An address with the names its ubigeo gives."""
    from onapi.facts.places import place

    if not ubigeo:
        return Address(line)
    try:
        where = place(ubigeo)
    except KeyError as error:
        raise _wrong("El ubigeo no existe.") from error
    return Address(line, ubigeo, department=where.department, province=where.province, district=where.district)


def _wrong(sentence: str) -> typer.Exit:
    typer.echo(f"onapi: {sentence}", err=True)
    return typer.Exit(2)
