"""The faults that can be armed: rows of `scenarios.tsv`. A fault has variants, and a variant one step or several."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from onapi.simulator.faults.asked import Moment
from onapi.simulator.faults.parameters import checked

ALWAYS = "*"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that goes wrong."""

    fault: str  # F01 …
    variant: str
    moment: Moment
    act: str  # what is done: a name known to `onapi.simulator.acts`
    operations: frozenset[str]  # it is about these; empty for any
    needs: str  # what the answer must hold for it to strike: file, ticket, status, data; "" for nothing
    count: str  # how often: "1", or "*" for always
    window: str  # "from..until" in names of parameters, as "..seconds" or "seconds..seconds+slow"
    on_real_clock: bool  # else by the simulator's
    main: str  # the parameter that `value` stands for
    settings: Mapping[str, str]
    probability: float
    what: str  # in Spanish


@dataclass(frozen=True, slots=True)
class Variant:
    """One way a fault can happen."""

    fault: str
    name: str
    steps: tuple[Step, ...]

    @property
    def settings(self) -> dict[str, str]:
        """Every parameter with what it is unless said otherwise."""
        return {key: value for step in self.steps for key, value in step.settings.items()}


@cache
def catalogue() -> Mapping[str, Mapping[str, Variant]]:
    """Every fault's variants by their names, the usual one first."""
    with Path(__file__).with_name("scenarios.tsv").open(encoding="utf-8", newline="") as file:
        rows = [_step(row) for row in csv.DictReader((line for line in file if line[0] != "#"), delimiter="\t")]
    found: dict[str, dict[str, Variant]] = {}
    for (fault, name), steps in groupby(rows, key=lambda step: (step.fault, step.variant)):
        found.setdefault(fault, {})[name] = Variant(fault, name, tuple(steps))
    return found


def _step(row: dict[str, str]) -> Step:
    settings = dict(pair.split("=", 1) for pair in row["settings"].split("; ") if pair)
    probability = float(settings.pop("probability", "1"))
    return Step(
        row["fault"],
        row["variant"],
        Moment(row["moment"]),
        row["act"],
        frozenset(row["operations"].split()),
        row["needs"],
        row["count"],
        row["window"],
        row["clock"] == "real",
        row["main"],
        {key: checked(key, value) for key, value in settings.items()},
        probability,
        row["what"],
    )
