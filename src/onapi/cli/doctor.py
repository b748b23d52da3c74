"""`doctor`: one screen of everything that needs a person or is late. Exit status 0 well, 1 attention, 2 broken."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from onapi.cli.roof import Roof

if TYPE_CHECKING:
    from onapi.flows.examination import Point

_MARKS = ("bien  ", "OJO   ", "ROTO  ")


def add_commands(cli: typer.Typer, roof: Roof) -> None:
    """`doctor`."""

    @cli.command(help="Una pantalla con todo lo que necesita a una persona o va tarde. Sale con 0, 1 (atención) o 2.")
    def doctor(
        *,
        as_json: Annotated[bool, typer.Option("--json", help="En JSON")] = False,
        offline: Annotated[bool, typer.Option("--offline", help="Sin llamar a los servidores de SUNAT")] = False,
    ) -> None:
        from onapi.flows.examination import worst
        from onapi.store.acting import acting_for_all

        with acting_for_all("a look at the whole platform"):
            points = [*_points(roof, offline=offline)]
        level = worst(points)
        typer.echo(_as_json(points) if as_json else _as_text(points))
        raise typer.Exit(int(level))


def _points(roof: Roof, *, offline: bool) -> Iterator["Point"]:
    from onapi.errors import OnapiError
    from onapi.flows.doctor import examine
    from onapi.flows.doctor_ground import Ground, examine_ground
    from onapi.flows.examination import Level, broken, worst
    from onapi.gateways.sunat.host_clock import host_time

    chosen = roof.settings
    ground = [*examine_ground(Ground(chosen.database, chosen.files, chosen.ring, chosen.home))]
    yield from ground
    if worst([point for point in ground if point.key in {"database", "keys"}]) is Level.BROKEN:
        return  # nothing else can be looked at
    try:
        platform = roof.platform(durable=False)
    except OnapiError as error:
        yield broken("settings", str(error), "Corrija la configuración.")
        return
    try:
        yield from examine(platform, None if offline else host_time)
    finally:
        platform.sunat.close()
        platform.database.close()


def _as_text(points: list["Point"]) -> str:
    from onapi.flows.examination import Level, worst

    lines = []
    for point in sorted(points, key=lambda each: -each.level):
        lines.append(f"{_MARKS[point.level]}{point.sentence}")
        if point.level:
            lines += [f"        {detail}" for detail in point.details]
            lines.append(f"        → {point.action}")
    said = ("Todo está bien.", "Hay algo que atender.", "Hay algo roto.")[worst(points) or Level.WELL]
    return "\n".join([*lines, "", said])


def _as_json(points: list["Point"]) -> str:
    from onapi.flows.examination import worst

    told = [
        {
            "key": point.key,
            "level": point.level.name.lower(),
            "sentence": point.sentence,
            "action": point.action,
            "details": list(point.details),
        }
        for point in points
    ]
    return json.dumps({"level": worst(points).name.lower(), "points": told}, ensure_ascii=False, indent=1)
