"""`onapi`: every command, each in the file of its subject."""

import typer

from onapi import __version__
from onapi.cli import (
    acting,
    admin,
    codes,
    collection,
    demo,
    doctor,
    document,
    documents,
    evidence,
    keys,
    outbox,
    processes,
    reconcile,
    road,
    token_keys,
    user,
    verify,
    webhook,
)
from onapi.cli.roof import Roof


def create_cli(roof: Roof) -> typer.Typer:
    """The command line of one house."""
    cli = typer.Typer(
        name="onapi",
        help="Facturación electrónica para el Perú: de un comprobante en JSON a la constancia de SUNAT.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    cli.command("version", help="La versión instalada.")(lambda: typer.echo(__version__))
    document.add_commands(cli)
    codes.add_commands(cli)
    rooms = (
        processes,
        demo,
        admin,
        reconcile,
        doctor,
        evidence,
        verify,
        road,
        documents,
        user,
        token_keys,
        keys,
        webhook,
        outbox,
    )
    for room in (*rooms, collection):
        room.add_commands(cli, roof)
    acting.say_for_whom(cli, roof)
    return cli
