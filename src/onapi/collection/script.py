"""The lines of JavaScript that a collection carries: what is set before the run, checked and kept after a request.

Both programs run JavaScript and differ in a few words alone; the tests of OnAPI read these very lines, too.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from onapi.collection.step import Request


@dataclass(frozen=True, slots=True)
class Words:
    """How a program says things."""

    test: str  # with name, real, matcher
    keep: str  # with name, value
    status: str
    body: str
    stop: str


def before(words: Words, days: Iterable[tuple[str, int]]) -> list[str]:
    """What differs in each run: dates of Lima, and a number that no run before had."""
    return [
        "const now = Date.now();",
        "const day = (n) => new Date(now + (n * 24 - 5) * 3600000).toISOString().slice(0, 10);",
        words.keep.format(name="run", value="String(Math.floor(now / 1000) % 100000000)"),
        *(words.keep.format(name=name, value=f"day({offset})") for name, offset in days),
    ]


def after(words: Words, request: Request) -> list[str]:
    """What the answer has to be, and what of it is kept for the requests that follow."""
    step, statuses = request.step, list(request.expect)
    told = " o ".join(str(status) for status in statuses)
    lines = [
        words.test.format(name=f"contesta {told}", real=f"[{_listed(statuses)}]", matcher=f"include({words.status})")
    ]
    if not (step.keep or step.says or step.is_guard):
        return lines
    lines.append(f"const body = {words.body};")
    for name, value in step.says.items():
        lines.append(
            words.test.format(name=f"{name}: {value}", real=f"body.{name}", matcher=f"eql({json.dumps(value)})")
        )
    lines += [words.keep.format(name=name, value=_value(place)) for name, place in step.keep.items()]
    if step.is_guard:
        lines.append(words.test.format(name="es el sandbox", real="body.environment", matcher='eql("sandbox")'))
        lines.append(f'if (body.environment !== "sandbox") {{ {words.stop} }}')
    return lines


def _listed(statuses: list[int]) -> str:
    return ", ".join(str(status) for status in statuses)


def _value(place: str) -> str:
    return f'body.{place[:-1]}.split("/").pop()' if place.endswith("/") else f"String(body.{place})"
