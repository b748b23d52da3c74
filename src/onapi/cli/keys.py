"""`onapi keys`: the master keys that seal every company's data key: list, rotate, retire."""

import typer

from onapi.cli.actor import actor_or_user
from onapi.cli.roof import Roof
from onapi.errors import OnapiError

_GROUP = "keys"


def add_commands(cli: typer.Typer, roof: Roof) -> None:
    """The commands of master keys, in the group of all keys."""
    keys = next((each.typer_instance for each in cli.registered_groups if each.name == _GROUP), None)
    if keys is None:
        keys = typer.Typer(help="Claves de la plataforma.", no_args_is_help=True)
        cli.add_typer(keys, name=_GROUP)

    @keys.command("list", help="Las claves del llavero, por su nombre, y cuántos secretos sella cada una.")
    def list_keys() -> None:
        from onapi.flows import keys as flow

        for each in flow.keys(roof.platform()):
            mark = "*" if each.is_newest else " "
            typer.echo(f"{mark} {each.name}\t{each.data_keys} claves de empresa\t{each.values} secretos sueltos")

    @keys.command(help="Crea una clave maestra y vuelve a sellar con ella, en línea; si quedó a medias, la termina.")
    def rotate() -> None:
        from onapi.flows import keys as flow
        from onapi.flows.author import written_by

        try:
            with written_by(actor_or_user("")):
                done = flow.rotate(roof.platform(), after_each=lambda many: typer.echo(f"{many}…", err=True))
        except OnapiError as error:
            raise _wrong(error) from error
        said = "Clave nueva" if done.is_new else "Se terminó la rotación anterior; clave"
        typer.echo(f"{said} {done.key}: {done.data_keys} claves de empresa y {done.values} secretos sueltos.")
        typer.echo("Copie ahora el llavero a su respaldo; retire la clave anterior con `onapi keys retire`.")

    @keys.command(help="Quita del llavero las claves antiguas que ya no sellan nada.")
    def retire() -> None:
        from onapi.flows import keys as flow
        from onapi.flows.author import written_by

        try:
            with written_by(actor_or_user("")):
                gone = flow.retire(roof.platform())
        except OnapiError as error:
            raise _wrong(error) from error
        typer.echo(f"Retiradas: {', '.join(gone)}." if gone else "No hay claves antiguas.")


def _wrong(error: OnapiError) -> typer.Exit:
    typer.echo(f"onapi: {error}", err=True)
    return typer.Exit(2)
