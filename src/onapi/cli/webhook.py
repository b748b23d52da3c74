"""`webhook`: a company's endpoints and what they were told, as the API offers them."""

from typing import TYPE_CHECKING, Annotated

import typer

from onapi.cli.roof import Roof
from onapi.errors import OnapiError

if TYPE_CHECKING:
    from onapi.flows.webhooks import Told
    from onapi.store.webhooks import Endpoint

_Ruc = Annotated[str, typer.Option(help="RUC de la empresa")]
_Id = Annotated[str, typer.Argument(metavar="ID", help="Id del endpoint")]
_Delivery = Annotated[str, typer.Argument(metavar="ENVÍO", help="Id del envío")]
_Events = Annotated[list[str] | None, typer.Option("--event", help="Evento; se puede repetir; si falta, todos")]


def add_commands(cli: typer.Typer, roof: Roof) -> None:
    """The group `webhook`."""
    webhook = typer.Typer(help="Avisos a sus sistemas (webhooks).", no_args_is_help=True)
    cli.add_typer(webhook, name="webhook")
    _add_endpoint_commands(webhook, roof)
    _add_secret_commands(webhook, roof)
    _add_delivery_commands(webhook, roof)


def _add_endpoint_commands(webhook: typer.Typer, roof: Roof) -> None:
    @webhook.command(help="Crea un endpoint, o cambia el de esa dirección; muestra el secreto una sola vez.")
    def put(
        url: str,
        ruc: _Ruc,
        event: _Events = None,
        description: Annotated[str, typer.Option()] = "",
        *,
        enabled: Annotated[bool, typer.Option("--enabled/--disabled", help="Si recibe avisos")] = True,
    ) -> None:
        import time

        from onapi.flows import webhooks
        from onapi.flows.announce import SETTLE_S

        platform = roof.platform()
        wish = webhooks.Wish(url, tuple(event or ("*",)), description, enabled)
        try:
            kept = webhooks.keep(platform, platform.scope(ruc), wish)
        except OnapiError as error:
            raise _wrong(error) from error
        time.sleep(SETTLE_S)  # until every process knows
        typer.echo(_line(kept.endpoint))
        _show_secret(kept.secret)

    @webhook.command("list", help="Los endpoints de la empresa.")
    def list_(ruc: _Ruc) -> None:
        from onapi.flows import webhooks

        platform = roof.platform()
        for each in webhooks.all_of(platform, platform.scope(ruc)):
            typer.echo(_line(each))


def _add_secret_commands(webhook: typer.Typer, roof: Roof) -> None:
    @webhook.command(help="Quita un endpoint; lo que estaba por enviarse se cancela.")
    def remove(endpoint: _Id, ruc: _Ruc) -> None:
        from onapi.flows import webhooks

        platform = roof.platform()
        try:
            webhooks.remove(platform, platform.scope(ruc), endpoint)
        except OnapiError as error:
            raise _wrong(error) from error

    @webhook.command(help="Da un secreto nuevo; el anterior firma también durante 24 horas.")
    def rotate(endpoint: _Id, ruc: _Ruc) -> None:
        from onapi.flows import webhooks

        platform = roof.platform()
        try:
            kept = webhooks.rotate(platform, platform.scope(ruc), endpoint)
        except OnapiError as error:
            raise _wrong(error) from error
        _show_secret(kept.secret)

    @webhook.command(help="Envía un aviso de prueba ahora y dice qué contestó; 1 si no lo tomó.")
    def test(endpoint: _Id, ruc: _Ruc) -> None:
        from onapi.flows import webhooks

        platform = roof.platform()
        try:
            told = webhooks.test(platform, platform.scope(ruc), endpoint)
        except OnapiError as error:
            raise _wrong(error) from error
        typer.echo(_told(told))
        if told.delivery.state != "DELIVERED":
            raise typer.Exit(1)


def _add_delivery_commands(webhook: typer.Typer, roof: Roof) -> None:
    @webhook.command(help="Los envíos a un endpoint, los más recientes primero.")
    def deliveries(endpoint: _Id, ruc: _Ruc, many: Annotated[int, typer.Option(min=1, max=500)] = 20) -> None:
        from onapi.flows import webhooks

        platform = roof.platform()
        try:
            log = webhooks.log_of(platform, platform.scope(ruc), endpoint, most=many)
        except OnapiError as error:
            raise _wrong(error) from error
        for each in log:
            typer.echo(_told(each))

    @webhook.command(help="Reenvía un mensaje con su mismo webhook-id.")
    def replay(endpoint: _Id, delivery: _Delivery, ruc: _Ruc) -> None:
        from onapi.flows import webhooks

        platform = roof.platform()
        try:
            told = webhooks.replay(platform, platform.scope(ruc), endpoint, delivery)
        except OnapiError as error:
            raise _wrong(error) from error
        typer.echo(_told(told))


def _line(found: "Endpoint") -> str:
    """One endpoint, its fields parted by tabs."""
    state = "enabled" if found.enabled else f"disabled:{found.disabled_why or 'manual'}"
    return "\t".join((found.id, state, found.url, ",".join(found.events), found.description))


def _told(told: "Told") -> str:
    """One delivery, its fields parted by tabs: when, how it stands, and the last answer."""
    last = told.attempts[-1] if told.attempts else None
    answer = "" if last is None else f"{last.status or last.trouble} ({last.duration_ms} ms)"
    found = told.delivery
    at = found.created_at.isoformat(timespec="seconds")
    return "\t".join((found.id, at, told.message.kind, found.state, f"{len(told.attempts)}", answer))


def _show_secret(secret: str) -> None:
    if secret:
        typer.echo(f"Secreto (guárdelo, no se vuelve a mostrar): {secret}")


def _wrong(error: OnapiError) -> typer.Exit:
    typer.echo(f"onapi: {error}", err=True)
    return typer.Exit(2)
