"""`collection`: the API as a collection of Postman or Bruno, ready to be run against the demo."""

from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onapi.cli.demo_company import CLIENT_ID
from onapi.cli.roof import Roof

if TYPE_CHECKING:
    from datetime import datetime

    from onapi.collection import Place

CERTIFICATE_KEY = "onapi-demo"
_NAME = "EMPRESA DE PRUEBA S.A.C."


def add_commands(cli: typer.Typer, roof: Roof) -> None:
    """`collection`."""

    @cli.command(help="Escribe la colección de peticiones de la API para Postman o Bruno.")
    def collection(
        program: Annotated[str, typer.Argument(metavar="postman|bruno", help="Para qué programa")],
        out: Annotated[Path | None, typer.Option(help="Carpeta; si falta, onapi-PROGRAMA")] = None,
        url: Annotated[str, typer.Option(help="Dirección de la API; si falta, la de la configuración")] = "",
    ) -> None:
        from onapi.collection import WRITERS, plan

        if program not in WRITERS:
            typer.echo(f"onapi: no hay colección para «{program}»: pida {' o '.join(WRITERS)}", err=True)
            raise typer.Exit(2)
        folder = out or Path(f"onapi-{program}")
        files = WRITERS[program](plan(roof.openapi(), _place(roof, url.rstrip("/") or roof.settings.address)))
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        typer.echo(f"{len(files)} archivos en {folder}")


def _place(roof: Roof, url: str) -> "Place":
    from datetime import UTC, datetime

    from onapi.collection import Place

    demo = roof.demo
    certificate = sandbox_certificate(demo.ruc, datetime.now(UTC))
    return Place(url, demo.ruc, CLIENT_ID, demo.username, demo.password, certificate, CERTIFICATE_KEY)


def sandbox_certificate(ruc: str, now: "datetime") -> str:
    """A new one that nobody vouches for, as a file in base64: the sandbox takes it."""
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

    from onapi.sign.certificate import self_signed

    signer = self_signed(ruc, _NAME, now)
    locked = BestAvailableEncryption(CERTIFICATE_KEY.encode())
    file = pkcs12.serialize_key_and_certificates(b"onapi", signer.key, signer.certificate, None, locked)
    return b64encode(file).decode("ascii")
