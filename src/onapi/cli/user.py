"""`user`: create, list, show, reset, disable, enable, grant, revoke, sessions, logout.

Passwords come from a prompt or from standard input, or are made here and shown once. `--password` exists for tests of
a machine that nobody else is on: a command line can be read by its neighbours.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from onapi.cli.actor import actor_or_user
from onapi.cli.roof import Roof
from onapi.errors import OnapiError
from onapi.values.moment import in_lima

if TYPE_CHECKING:
    from onapi.flows.platform import Platform
    from onapi.flows.users import Change, Kept
    from onapi.store.credentials import Credential

Name = Annotated[str, typer.Argument(help="Usuario, por ejemplo caja1@empresa.pe")]
Client = Annotated[str, typer.Option("--client-id", help="Identificador de la integración")]
Rucs = Annotated[list[str], typer.Option("--ruc", help="RUC por el que puede actuar; se puede repetir")]
Role = Annotated[str, typer.Option(help="admin, emisor, contador, auditor o soporte; si falta, emisor")]
Password = Annotated[str, typer.Option(help="Contraseña; mejor sin esta opción: se pregunta, o se lee de la entrada")]
Generate = Annotated[bool, typer.Option("--generate", help="Genera la contraseña y la muestra una vez")]
_CLIENT = "integra"


def add_commands(cli: typer.Typer, roof: Roof) -> None:
    """The group `user`."""
    user = typer.Typer(help="Usuarios de la API: quién entra, por qué empresas y con qué rol.", no_args_is_help=True)
    cli.add_typer(user, name="user")
    _add_creation(user, roof)
    _add_views(user, roof)
    _add_switches(user, roof)
    _add_companies(user, roof)
    _add_sessions(user, roof)


def _add_creation(user: typer.Typer, roof: Roof) -> None:
    @user.command(help="Crea un usuario; si existe, le da esta contraseña y estas empresas.")
    def create(
        username: Name,
        ruc: Rucs,
        role: Role = "",
        password: Password = "",
        *,
        generate: Generate = False,
        client_id: Client = _CLIENT,
    ) -> None:
        from onapi.facts.roles import DEFAULT
        from onapi.flows import users

        with _house(roof) as platform:
            chosen = "" if generate else _asked(password)
            known = _known(platform, client_id, username)
            if known is None:
                kept = users.create(platform, client_id, username, ruc, role=role or DEFAULT, password=chosen)
            else:
                what = users.Change(role=role or None, rucs=tuple(ruc), password=chosen)
                kept = users.change(platform, known.id, what)
            _tell(kept, "creado" if known is None else "actualizado")

    def reset(
        username: Name, password: Password = "", *, generate: Generate = False, client_id: Client = _CLIENT
    ) -> None:
        from onapi.flows import users

        with _house(roof) as platform:
            chosen = "" if generate else _asked(password)
            _tell(users.reset(platform, client_id, username, chosen), "con contraseña nueva; sus sesiones se cerraron")

    user.command("reset", help="Da una contraseña nueva y deja entrar otra vez a quien quedó fuera por intentos.")(
        reset
    )
    user.command("set-password", help="Lo mismo que reset.")(reset)


def _add_views(user: typer.Typer, roof: Roof) -> None:
    @user.command("list", help="Muestra los usuarios.")
    def show_all(client_id: Client = _CLIENT) -> None:
        from onapi.flows import users

        with _house(roof) as platform:
            for each in users.all_users(platform, client_id):
                typer.echo("\t".join((each.username, _role(each), " ".join(each.rucs), _standing(each))))

    @user.command(help="Muestra un usuario: rol, permisos, empresas, sesiones y lo que les pasó.")
    def show(username: Name, client_id: Client = _CLIENT) -> None:
        from onapi.flows import sessions, users

        with _house(roof) as platform:
            found = users.find(platform, client_id, username)
            typer.echo(f"usuario\t{found.username}\nrol\t{_role(found)}\npermisos\t{' '.join(found.scopes)}")
            typer.echo(f"empresas\t{' '.join(found.rucs)}\nestado\t{_standing(found)}")
            typer.echo(f"sesiones abiertas\t{len(sessions.open_sessions(platform, found.id))}")
            for at, event, session in users.events_of(platform, found.id):
                typer.echo(f"{in_lima(at):%Y-%m-%d %H:%M:%S}\t{event}\t{session or '-'}")


def _add_switches(user: typer.Typer, roof: Roof) -> None:
    @user.command(help="Deshabilita a un usuario y cierra sus sesiones en 5 segundos.")
    def disable(username: Name, client_id: Client = _CLIENT) -> None:
        from onapi.flows.users import Change

        _change(roof, client_id, username, Change(disabled=True), "deshabilitado")

    @user.command(help="Vuelve a habilitar a un usuario.")
    def enable(username: Name, client_id: Client = _CLIENT) -> None:
        from onapi.flows.users import Change

        _change(roof, client_id, username, Change(disabled=False), "habilitado")


def _add_companies(user: typer.Typer, roof: Roof) -> None:
    def grant(username: Name, ruc: Rucs, client_id: Client = _CLIENT) -> None:
        _change_rucs(roof, client_id, username, add=set(ruc))

    user.command("grant", help="Deja actuar a un usuario por más empresas.")(grant)
    user.command("grant-ruc", help="Lo mismo que grant.")(grant)

    @user.command(help="Quita empresas a un usuario y cierra sus sesiones.")
    def revoke(username: Name, ruc: Rucs, client_id: Client = _CLIENT) -> None:
        _change_rucs(roof, client_id, username, remove=set(ruc))

    @user.command("set-role", help="Cambia el rol de un usuario: admin, emisor, contador, auditor o soporte.")
    def set_role(username: Name, role: Annotated[str, typer.Argument()], client_id: Client = _CLIENT) -> None:
        from onapi.flows.users import Change

        _change(roof, client_id, username, Change(role=role), f"con rol {role}")


def _add_sessions(user: typer.Typer, roof: Roof) -> None:
    @user.command("sessions", help="Muestra las sesiones abiertas de un usuario.")
    def show_sessions(username: Name, client_id: Client = _CLIENT) -> None:
        from onapi.flows import sessions, users

        with _house(roof) as platform:
            for each in sessions.open_sessions(platform, users.find(platform, client_id, username).id):
                used = f"{in_lima(each.used_at):%Y-%m-%d %H:%M}"
                typer.echo(f"{each.id}\t{used}\t{each.address or '-'}\t{each.agent or '-'}")

    @user.command(help="Cierra todas las sesiones de un usuario, o una.")
    def logout(
        username: Name,
        session: Annotated[str, typer.Option(help="Identificador de una sesión")] = "",
        client_id: Client = _CLIENT,
    ) -> None:
        from onapi.flows import sessions, users

        with _house(roof) as platform:
            found = users.find(platform, client_id, username)
            if session:
                sessions.sign_out_of(platform, found.id, session)
                typer.echo("Se cerró 1 sesión.")
            else:
                typer.echo(f"Sesiones cerradas: {sessions.sign_out_everywhere(platform, found.id)}.")


def _change_rucs(
    roof: Roof, client_id: str, username: str, *, add: set[str] | None = None, remove: set[str] | None = None
) -> None:
    from onapi.flows import users

    with _house(roof) as platform:
        found = users.find(platform, client_id, username)
        rucs = tuple(sorted((set(found.rucs) | (add or set())) - (remove or set())))
        _tell(users.change(platform, found.id, users.Change(rucs=rucs)), f"con {' '.join(rucs)}")


def _change(roof: Roof, client_id: str, username: str, what: "Change", done: str) -> None:
    from onapi.flows import users

    with _house(roof) as platform:
        found = users.find(platform, client_id, username)
        _tell(users.change(platform, found.id, what), done)


@contextmanager
def _house(roof: Roof) -> Iterator["Platform"]:
    """The platform for one command; what is refused is said in one sentence."""
    from onapi.flows.author import written_by
    from onapi.store.acting import acting_for_all

    platform = roof.platform()
    try:
        whose = acting_for_all("users act for several companies, and a password holds no name of any")
        with whose, written_by(actor_or_user("")):
            yield platform
    except OnapiError as error:
        raise _wrong(str(error)) from error
    finally:
        platform.database.close()


def _known(platform: "Platform", client_id: str, username: str) -> "Credential | None":
    from onapi.errors import NotFound
    from onapi.flows import users

    try:
        return users.find(platform, client_id, username)
    except NotFound:
        return None


def _asked(given: str) -> str:
    """The password that was given, or typed, or piped in."""
    if given:
        return given
    if sys.stdin.isatty():
        return str(typer.prompt("Contraseña", hide_input=True, confirmation_prompt="Otra vez"))
    piped = sys.stdin.readline().rstrip("\r\n")
    if not piped:
        raise _wrong("Falta la contraseña: escríbala en la entrada estándar, o pida una con --generate.")
    return piped


def _tell(kept: "Kept", done: str) -> None:
    typer.echo(f"{kept.credential.username}: {done}.")
    if kept.password:
        typer.echo(f"Contraseña (no se vuelve a mostrar): {kept.password}")


def _role(credential: "Credential") -> str:
    return credential.role or "a medida"


def _standing(credential: "Credential") -> str:
    return "deshabilitado" if credential.disabled else "habilitado"


def _wrong(sentence: str) -> typer.Exit:
    typer.echo(f"onapi: {sentence}", err=True)
    return typer.Exit(2)
