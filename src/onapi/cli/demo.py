"""`onapi demo`: everything on this machine, a factura and a boleta confirmed, one of them sent on; then serve on."""

import shlex
import signal
import threading
import time
from collections.abc import Mapping
from typing import Annotated, Any

import httpx2
import typer

from onapi.cli.demo_company import CLIENT_ID
from onapi.cli.demo_messages import show_messages
from onapi.cli.processes import Children
from onapi.cli.roof import Roof
from onapi.errors import OnapiError, Unreachable
from onapi.values.scope import Environment

_CUSTOMER = {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE DE PRUEBA S.A.C."}
_CITIZEN = {"tipoDoc": "1", "numDoc": "45678912", "rznSocial": "JUAN PEREZ ROJAS"}
_START_S = 30


def add_commands(cli: typer.Typer, roof: Roof) -> None:
    """`demo`."""

    @cli.command(help="Demostración: arranca todo, emite una factura y una boleta, envía la factura y sigue sirviendo.")
    def demo(
        *,
        once: Annotated[
            bool, typer.Option("--once", help="Termina tras las primeras respuestas: 0 bien, 1 mal")
        ] = False,
    ) -> None:
        if roof.settings.environment is not Environment.SANDBOX:
            typer.echo("onapi: la demostración solo corre en sandbox", err=True)
            raise typer.Exit(2)
        with Children(["serve"], "--demo") as children:
            good = _shown(roof, children.failed)
            if once:
                raise typer.Exit(0 if good else 1)
            typer.echo("\nSirviendo hasta Ctrl+C.")
            _until_signal()


def _shown(roof: Roof, failed: threading.Event) -> bool:
    try:
        return show(roof, failed)
    except httpx2.HTTPStatusError as error:
        why = f"la API contestó {error.response.status_code} en {error.request.url.path}"
    except httpx2.TransportError:
        why = "la API dejó de contestar"
    except OnapiError as error:
        why = str(error)
    typer.echo(f"onapi: la demostración no se completó: {why}", err=True)
    return False


def show(roof: Roof, failed: threading.Event) -> bool:
    """Sign in, send both receipts, and the factura to its customer; True if SUNAT took both and he has his."""
    base = f"{roof.settings.address}/integrator/api/v1/integrator"
    with httpx2.Client(timeout=90, trust_env=False) as client:
        _wait_until_ready(client, roof.settings.address, failed)
        login = {"clientId": CLIENT_ID, "username": roof.demo.username, "password": roof.demo.password}
        token = client.post(f"{base}/authenticate", json=login).raise_for_status().json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        records = [_send(client, base, roof.demo.ruc, doctype) for doctype in ("01", "03")]
        for record in records:
            _print_record(roof.settings.address, record)
        is_taken = all(record.get("status") in {"ACCEPTED", "OBSERVED"} for record in records)
        is_told = is_taken and show_messages(client, base, roof.settings.simulator_address, records[0])
    _print_way_in(roof, base, token)
    return is_told


def _until_signal() -> None:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    stopped.wait()


def _wait_until_ready(client: httpx2.Client, address: str, failed: threading.Event) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and not failed.is_set():
        try:
            if client.get(f"{address}/readyz").is_success:
                return
        except httpx2.TransportError:
            time.sleep(0.05)
    raise Unreachable("La API no arrancó a tiempo.")


def _send(client: httpx2.Client, base: str, ruc: str, doctype: str) -> dict[str, Any]:
    """The first number of the demo's series that is free."""
    series, customer = ("F001", _CUSTOMER) if doctype == "01" else ("B001", _CITIZEN)
    number = 1
    while client.get(f"{base}/ngr/{ruc}/{doctype}/{series}/{number}").is_success:
        number += 1
    line = {"codProducto": "TEC-01", "cantidad": 2, "descripcion": "Teclado mecánico", "mtoValorUnitario": 100}
    document = {"serie": series, "correlativo": number, "client": customer, "details": [line]}
    body = {"ruc": ruc, "doctype": doctype, "document": document, "options": {"wait": 30}}
    found: dict[str, Any] = client.post(f"{base}/sendMessage", json=body).json()
    return found


def _print_record(address: str, record: Mapping[str, Any]) -> None:
    if "name" not in record:
        typer.echo(f"\n{record.get('title')}: {record.get('detail')}")
        return
    sunat = record.get("sunat") or {}
    typer.echo(f"\n{record['name']}  {record['status']}")
    typer.echo(f"  CDR {sunat.get('code')}: {sunat.get('description')}")
    for kind, form in (("xml", "xml"), ("cdr", "zip"), ("pdf", "pdf")):
        typer.echo(f"  {kind.upper()}  {address}{record['links'][kind]}?format={form}")


def _print_way_in(roof: Roof, base: str, token: str) -> None:
    settings, demo = roof.settings, roof.demo
    command = f"curl -s -H {shlex.quote(f'Authorization: Bearer {token}')} {base}/ngr/{demo.ruc}/01/F001/1"
    typer.echo(f"\nAPI        {settings.address}/integrator/api/v1   (documentación: {settings.address}/docs)")
    typer.echo(f"Simulador  {settings.simulator_address}   (correo y WhatsApp enviados: onapi outbox)")
    typer.echo(f"Usuario    {demo.username}   contraseña {demo.password}   clientId integra   RUC {demo.ruc}")
    typer.echo(f"Token      {token}")
    typer.echo(f"Pruebe     {command}")
