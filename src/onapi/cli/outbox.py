"""`outbox`: what people were sent in the sandbox, by mail and WhatsApp: listed, shown, saved with its attachments."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onapi.cli.roof import Roof
from onapi.errors import InvalidDocument
from onapi.values.moment import in_lima

if TYPE_CHECKING:
    from onapi.simulator.outbox import Content, Message, Outbox
    from onapi.simulator.outbox_view import Whole

_NOT_THERE = 1
_UNUSABLE = 2
_TRIES = 1000
_MOST_NAME = 200  # bytes: file systems take 255
_Number = Annotated[int, typer.Argument(metavar="ID", help="Número del mensaje", min=1)]
_Channel = Annotated[str, typer.Option("--channel", help="email o whatsapp")]
_To = Annotated[str, typer.Option("--to", help="Parte de la dirección o del teléfono")]
_Limit = Annotated[int, typer.Option("--limit", help="Cuántos, los últimos", min=1, max=200)]


def add_commands(cli: typer.Typer, roof: Roof) -> None:
    """The group `outbox`; by itself it lists."""
    group = typer.Typer(
        help="Bandeja del sandbox: los correos y WhatsApp que se enviaron.", invoke_without_command=True
    )
    cli.add_typer(group, name="outbox")

    @group.callback()
    def outbox(context: typer.Context) -> None:
        if context.invoked_subcommand is None:
            _list(roof)

    @group.command("list", help="Los últimos mensajes, el más nuevo primero.")
    def list_(channel: _Channel = "", to: _To = "", limit: _Limit = 50) -> None:
        _list(roof, channel, to, limit)

    @group.command(help="Un mensaje entero: cabeceras, texto y archivos.")
    def show(number: _Number) -> None:
        typer.echo("\n".join(_shown(_found(roof, number)[1])))

    @group.command(help="Guarda en una carpeta el mensaje, letra por letra, y sus archivos.")
    def save(number: _Number, folder: Annotated[Path, typer.Argument(metavar="CARPETA")]) -> None:
        for file in _saved(*_found(roof, number), folder):
            typer.echo(str(file))

    @group.command(help="Vacía la bandeja.")
    def clear() -> None:
        box = _opened(roof)
        typer.echo(f"{box.clear() if box else 0} mensajes quitados")


def _opened(roof: Roof) -> "Outbox | None":
    """The box of this house's simulator, whether that runs or not; None where nothing was ever sent."""
    from onapi.simulator.outbox import Outbox, outbox_beside

    path = outbox_beside(roof.settings.home.resolve() / "simulator.sqlite3")
    return Outbox(path) if path.exists() else None


def _list(roof: Roof, channel: str = "", to: str = "", limit: int = 50) -> None:
    from onapi.simulator.outbox_view import wanted

    try:
        which = wanted({"to": to, "limit": str(limit), **({"channel": channel} if channel else {})})
    except InvalidDocument as error:
        typer.echo(f"onapi: {error}", err=True)
        raise typer.Exit(_UNUSABLE) from error
    box = _opened(roof)
    found = box.list(which.where, which.values, most=which.most) if box else []
    for message in found:
        typer.echo(_line(message))
    if not found:
        typer.echo("La bandeja está vacía.", err=True)


def _line(message: "Message") -> str:
    when = in_lima(message.at).strftime("%Y-%m-%d %H:%M:%S")
    what = message.subject or message.text or ", ".join(each.name for each in message.files)
    files = f"{len(message.files)} archivos" if len(message.files) != 1 else "1 archivo"
    parts = (str(message.id), when, message.channel, ", ".join(message.receivers), _plain(what)[:60], files)
    return "\t".join((*parts, message.standing))


def _found(roof: Roof, number: int) -> "tuple[Outbox, Whole]":
    from onapi.simulator.outbox_view import whole

    box = _opened(roof)
    found = whole(box, number) if box else None
    if box is None or found is None:
        typer.echo("onapi: no hay ese mensaje en la bandeja", err=True)
        raise typer.Exit(_NOT_THERE)
    return box, found


def _shown(found: "Whole") -> list[str]:
    message, letter = found.message, found.letter
    failure = f" ({message.code} {message.words})" if message.code else ""
    lines = [
        f"Mensaje\t{message.id}, {message.channel}, {message.kind}",
        f"Estado\t{message.standing}{failure}",
        f"Recibido\t{in_lima(message.at).isoformat(timespec='seconds')}",
        f"Remitente\t{_plain(message.sender)}",
        f"Receptores\t{', '.join(message.receivers)}",
        f"Id\t{_plain(message.provider_id)}",
    ]
    lines += [f"{name}\t{_plain(value)}" for name, value in (letter.headers.items() if letter else ())]
    lines += [f"{name}\t{value}" for name, value in message.told.items() if value]
    lines += [
        f"Archivo {place}\t{_plain(each.name)}\t{each.media_type}\t{each.size} bytes"
        for place, each in enumerate(message.files, 1)
    ]
    body = found.text or (letter.html if letter else "")
    return [*lines, "", *(_plain(line) for line in body.splitlines())]


def _plain(text: str) -> str:
    """A text that moves no cursor: what came by mail may hold anything."""
    return "".join(each if each.isprintable() else " " for each in text)


def _saved(box: "Outbox", found: "Whole", folder: Path) -> list[Path]:
    from onapi.simulator.outbox import Content
    from onapi.simulator.outbox_view import file_of

    number, end = found.message.id, "eml" if found.letter else "json"
    places = range(1, len(found.message.files) + 1)
    files = [Content(f"mensaje-{number}.{end}", "", found.raw), *filter(None, (file_of(box, found, n) for n in places))]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [_written(folder, each) for each in files]
    except OSError as error:
        typer.echo(f"onapi: no se puede escribir en {folder}: {error.strerror}", err=True)
        raise typer.Exit(_UNUSABLE) from error


def _written(folder: Path, file: "Content") -> Path:
    """A file under its own name without any folder in it; nothing that is there already is overwritten."""
    last = _plain(file.name).replace("\\", "/").rpartition("/")[2].strip(". ")
    name = Path(last.encode()[-_MOST_NAME:].decode("utf-8", "ignore") or "archivo")
    for turn in range(_TRIES):
        path = folder / (f"{name.stem}-{turn}{name.suffix}" if turn else name)
        try:
            with path.open("xb") as target:
                target.write(file.content)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(17, "ya hay demasiados archivos con ese nombre")
