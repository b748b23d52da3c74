"""More of `company`: set-mail, test-mail, set-whatsapp, unset-channel."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from onapi.cli.roof import Roof
from onapi.errors import OnapiError
from onapi.rules.rule import faults_of

_BAD = 2
_Ruc = Annotated[str, typer.Option(help="RUC de la empresa")]


def add_channel_commands(company: typer.Typer, roof: Roof) -> None:
    """Into the group `company`."""
    _add_mail(company, roof)
    _add_trial(company, roof)
    _add_whatsapp(company, roof)


def _add_mail(company: typer.Typer, roof: Roof) -> None:
    @company.command(
        "set-mail", help="Configura el servidor de correo de la empresa; pregunta la clave si hay usuario."
    )
    def set_mail(  # noqa: PLR0917  options are given by name
        ruc: _Ruc,
        host: Annotated[str, typer.Option(help="Servidor SMTP")],
        sender: Annotated[str, typer.Option("--from", help="Dirección que envía")],
        port: Annotated[int, typer.Option(help="25, 465, 587 o 2525")] = 465,
        security: Annotated[str, typer.Option(help="tls, starttls o none")] = "tls",
        user: Annotated[str, typer.Option(help="Usuario, si el servidor lo pide")] = "",
        password: Annotated[str | None, typer.Option(help="Su clave; si falta y hay usuario, se pregunta")] = None,
        sender_name: Annotated[str, typer.Option("--from-name", help="Remitente; si falta, la empresa")] = "",
        reply_to: Annotated[str, typer.Option(help="A dónde responden los clientes")] = "",
    ) -> None:
        from onapi.flows import channel_wishes

        said = {"host": host, "port": port, "fromAddress": sender, "fromName": sender_name, "replyTo": reply_to}
        if security not in {"tls", "starttls", "none"}:
            raise _wrong("--security debe ser tls, starttls o none.")
        if user and password is None:
            password = typer.prompt("Clave del correo", hide_input=True)
        said |= {"security": security, "user": user, "password": password}
        platform = roof.platform()
        _or_stop(lambda: channel_wishes.set_mail(platform, platform.scope(ruc), said))


def _add_trial(company: typer.Typer, roof: Roof) -> None:
    @company.command(
        "test-mail", help="Envía ahora un correo de prueba y dice qué contestó el servidor; 1 si no lo tomó."
    )
    def test_mail(ruc: _Ruc, to: Annotated[str, typer.Option(help="Quién lo recibe")]) -> None:
        from onapi.flows.try_mail import try_mail
        from onapi.lifecycle.standing import Standing

        platform = roof.platform()
        came = _or_stop(lambda: try_mail(platform, platform.scope(ruc), to))
        typer.echo(f"{came.standing}\t{came.code}\t{came.words}")
        if came.standing is not Standing.SENT:
            raise typer.Exit(1)

    @company.command("unset-channel", help="Quita el correo o el WhatsApp propio: vuelve al de la plataforma.")
    def unset_channel(ruc: _Ruc, channel: Annotated[str, typer.Argument(help="email o whatsapp")]) -> None:
        from onapi.flows import channels

        if channel not in {channels.EMAIL, channels.WHATSAPP}:
            raise _wrong("El canal es email o whatsapp.")
        platform = roof.platform()
        _or_stop(lambda: channels.forget(platform, platform.scope(ruc), channel))


def _add_whatsapp(company: typer.Typer, roof: Roof) -> None:
    @company.command(
        "set-whatsapp", help="Configura el número de WhatsApp (Cloud API) de la empresa; pregunta sus claves."
    )
    def set_whatsapp(  # noqa: PLR0917  options are given by name
        ruc: _Ruc,
        phone_number_id: Annotated[str, typer.Option(help="Phone number ID, del panel de Meta")],
        access_token: Annotated[str, typer.Option(prompt="Token de acceso", hide_input=True)],
        app_secret: Annotated[str, typer.Option(prompt="Clave secreta de la aplicación", hide_input=True)] = "",
        verify_token: Annotated[str, typer.Option(prompt="Token de verificación", hide_input=True)] = "",
        business_account_id: Annotated[str, typer.Option(help="WABA ID")] = "",
        template: Annotated[str, typer.Option(help="Plantilla aprobada que se usa")] = "",
        template_language: Annotated[str, typer.Option(help="Su idioma, como en Meta")] = "es",
        template_variable: Annotated[
            list[str] | None, typer.Option(help="Con qué se llena: subject, text o sender; se puede repetir")
        ] = None,
    ) -> None:
        from onapi.flows import channel_wishes

        said: dict[str, Any] = {
            "phoneNumberId": phone_number_id,
            "accessToken": access_token,
            "appSecret": app_secret,
            "verifyToken": verify_token,
            "businessAccountId": business_account_id,
            "template": template,
            "templateLanguage": template_language,
            "templateVariables": template_variable or ["subject"],
        }
        platform = roof.platform()
        _or_stop(lambda: channel_wishes.set_whatsapp(platform, platform.scope(ruc), said))


def _or_stop(do: Callable[[], Any]) -> Any:  # noqa: ANN401  whatever the flow gives
    try:
        return do()
    except OnapiError as error:
        told = [f"{fault.path.strip('/')}: {fault.sentence}" for fault in faults_of(error)]
        raise _wrong("; ".join(told) or str(error)) from error


def _wrong(sentence: str) -> typer.Exit:
    typer.echo(f"onapi: {sentence}", err=True)
    return typer.Exit(_BAD)
