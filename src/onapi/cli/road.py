"""`void`, `summarise`, `retry`: what a person asks of a receipt's road to SUNAT. The worker does the rest.

Exit codes: 0 done, 1 refused with the reason, 2 what was asked makes no sense.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from onapi.cli.actor import actor_or_user
from onapi.cli.roof import Roof
from onapi.errors import OnapiError
from onapi.values.moment import in_lima
from onapi.values.number import DOCTYPES, ReceiptId

if TYPE_CHECKING:
    from onapi.store.receipts import Kept

REFUSED, SENSELESS = 1, 2
_NAME = re.compile(r"(\d{11})-(\w{2})-(\w{4}|\d{8})-(\d{1,8})", re.ASCII)
_SHORTEST_REASON, _LONGEST_REASON = 3, 100
Name = Annotated[str, typer.Argument(help="Nombre del comprobante: 20000000001-01-F001-123")]


def add_commands(cli: typer.Typer, roof: Roof) -> None:
    """The commands of the road."""

    @cli.command(help="Anula un comprobante aceptado: elige RA, RC o RR, lo numera y lo envía.")
    def void(
        name: Name,
        reason: Annotated[str, typer.Option(help="Motivo, de 3 a 100 caracteres")],
    ) -> None:
        from onapi.flows import void as flow
        from onapi.flows.author import written_by

        receipt = _receipt(name)
        if not _SHORTEST_REASON <= len(reason.strip()) <= _LONGEST_REASON:
            raise _wrong("El motivo debe tener de 3 a 100 caracteres.")
        with _refusals_told(), written_by(actor_or_user("")):
            found = flow.void(roof.platform(), receipt, reason.strip())
        batch = found.batch
        typer.echo(f"{name}: anulación en camino en {batch.document.receipt.file_name}." if batch else name)

    @cli.command(help="Reúne ya en su resumen diario las boletas que esperan, aunque no sea su hora.")
    def summarise(
        ruc: Annotated[str, typer.Option(help="Solo de esta empresa")] = "",
        day: Annotated[str, typer.Option(help="Solo las emitidas este día, AAAA-MM-DD")] = "",
    ) -> None:
        from onapi.flows.author import written_by
        from onapi.flows.summarise import gather

        chosen = _day(day)
        roof.set_up_logs()
        with written_by(actor_or_user("")):
            many = gather(roof.platform(), ruc, chosen)
        typer.echo(f"{many} resúmenes diarios." if many != 1 else "1 resumen diario.")

    @cli.command(help="Envía ahora los mismos bytes: lo que solo se firmó, o lo que SUNAT no registró.")
    def retry(name: Name) -> None:
        from onapi.flows.release import release

        receipt = _receipt(name)
        with _refusals_told():
            kept = release(roof.platform(), receipt, actor_or_user(""))
        typer.echo(f"{name}: {_next_of(kept)}")


def _next_of(kept: "Kept") -> str:
    at = kept.submission.next_action_at
    if kept.submission.state != "WAITING" or at is None:
        return "en camino."
    return f"irá en el resumen diario que se hará desde el {in_lima(at):%d/%m/%Y %H:%M}."


def _receipt(name: str) -> ReceiptId:
    """The receipt of a file name; wrong in one sentence."""
    found = _NAME.fullmatch(name.strip().upper())
    if found is None or found[2] not in DOCTYPES:
        raise _wrong(f"«{name}» no nombra un comprobante; escriba RUC-TIPO-SERIE-NUMERO, como 20000000001-01-F001-123.")
    return ReceiptId(found[1], found[2], found[3], int(found[4]))


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _wrong("El día se escribe AAAA-MM-DD.") from None


@contextmanager
def _refusals_told() -> Iterator[None]:
    try:
        yield
    except OnapiError as error:
        typer.echo(f"onapi: {error}", err=True)
        raise typer.Exit(REFUSED) from None


def _wrong(sentence: str) -> typer.Exit:
    typer.echo(f"onapi: {sentence}", err=True)
    return typer.Exit(SENSELESS)
