"""`keys rotate-tokens`: a new key signs access tokens, in running processes too."""

from typing import Annotated

import typer

from onapi.cli.actor import actor_or_user
from onapi.cli.roof import Roof

_GROUP = "keys"


def add_commands(cli: typer.Typer, roof: Roof) -> None:
    """The command, in the group of all keys."""
    keys = next((each.typer_instance for each in cli.registered_groups if each.name == _GROUP), None)
    if keys is None:
        keys = typer.Typer(help="Claves de la plataforma.", no_args_is_help=True)
        cli.add_typer(keys, name=_GROUP)

    @keys.command("rotate-tokens", help="Firma los tokens de acceso con una clave nueva, sin reiniciar nada.")
    def rotate_tokens(
        *,
        forget: Annotated[
            bool, typer.Option("--forget", help="Invalida enseguida lo firmado antes; úselo si una clave se filtró")
        ] = False,
    ) -> None:
        from onapi.flows.act import act
        from onapi.flows.author import written_by
        from onapi.store.acting import acting_for_all
        from onapi.store.token_keys import read_keys, rotate_keys

        platform = roof.platform()
        kid = rotate_keys(roof.settings.tokens, platform.clock(), forget=forget)
        with (
            written_by(actor_or_user("")),
            acting_for_all("keys of tokens"),
            platform.database.transaction() as connection,
        ):
            act(platform, connection, "token_keys_rotated", kid, forget=forget)
        platform.database.close()
        older = len(read_keys(roof.settings.tokens)) - 1
        typer.echo(f"Clave nueva {kid}; se aceptan además {older} anteriores, hasta que vence lo que firmaron.")
