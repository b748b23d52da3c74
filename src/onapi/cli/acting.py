"""For whom a command acts, the company that it names by `--ruc` or by a receipt's name, and who is at it.

The second wall goes by the one, the record of acts by the other. A command that could name a company and names none is
about all of them. One that cannot (`keys`, `doctor`) says so itself, and one that starts a process says nothing: there
each request and each piece of work speaks for itself.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import typer

from onapi.cli.actor import actor_or_user
from onapi.cli.roof import Roof

_OF_RECEIPT = re.compile(r"(\d{11})-.+", re.ASCII)
_RUC = re.compile(r"\d{11}", re.ASCII)


def say_for_whom(cli: typer.Typer, roof: Roof) -> None:
    """Put it around every command that takes a company or a receipt; call it once all commands are there."""
    for command in _commands(cli):
        names = inspect.signature(command.callback).parameters.keys() if command.callback else ()
        if command.callback and {"ruc", "name"} & set(names):
            command.callback = _acting(command.callback, roof)


def _commands(cli: typer.Typer) -> Iterator[typer.models.CommandInfo]:
    yield from cli.registered_commands
    for group in cli.registered_groups:
        if group.typer_instance is not None:
            yield from _commands(group.typer_instance)


def _acting(command: Callable[..., Any], roof: Roof) -> Callable[..., Any]:
    @wraps(command)
    def acted(**given: Any) -> Any:  # noqa: ANN401  whatever the command takes and gives
        from onapi.flows.author import written_by
        from onapi.store.acting import acting_for, acting_for_all

        rucs = rucs_in(given.get("ruc"), given.get("name"))
        whose = acting_for(roof.settings.environment, *rucs) if rucs else acting_for_all("a command about all")
        with whose, written_by(actor_or_user("")):
            return command(**given)

    return acted


def rucs_in(ruc: object, name: object) -> list[str]:
    """The companies that a command's options name; what is no RUC names none."""
    said = list(ruc) if isinstance(ruc, list | tuple) else [ruc]
    if ruc is None and isinstance(name, str) and (found := _OF_RECEIPT.fullmatch(name.strip())):
        said = [found[1]]
    return [each for each in said if isinstance(each, str) and _RUC.fullmatch(each)]
