"""Puts the kill points into a process: each function of the table is wrapped, and a file says which of them strikes.

The file is looked for at every passage and taken away by the first that fits: a process dies once. What strikes is
SIGKILL to this process, or the database server ended at once while this process lives on.
"""

import importlib
import json
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from chaos_points import POINTS, Point
from chaos_socket import wrap_socket
from sqlalchemy import select

from onapi.flows.hear import Happening, hear_send
from onapi.flows.keep import Drawn
from onapi.gateways.door import Talk
from onapi.library.receipt import Receipt
from onapi.lifecycle import Event, State
from onapi.store.documents import StoredDocument
from onapi.store.submissions import Submission

ARMED, FIRED = "armed.json", "fired.json"


class Trigger:
    """Decides at each passage whether it is this one."""

    def __init__(self, home: Path, role: str) -> None:
        self.role = role
        self._armed, self._fired = home / ARMED, home / FIRED
        self.here = threading.local()

    def pass_by(self, name: str, road: str, before: Callable[[], None] = lambda: None) -> bool:
        """Strike, if this is the moment that was asked for; True if it was, and this process lives on."""
        if not self._armed.exists():
            return False
        try:
            wish = json.loads(self._armed.read_bytes())
            if (wish["point"], wish["role"]) != (name, self.role) or wish["road"] not in {"", road}:
                return False
            self._armed.rename(self._fired)  # whoever succeeds strikes; another thread finds no file
        except FileNotFoundError:
            return False
        before()
        strike(wish.get("postgres"))
        return True

    @property
    def road(self) -> str:
        """The kind of document that this thread works at."""
        return str(getattr(self.here, "road", ""))


def strike(postgres: int | None) -> None:
    """End the database server at once, or this process."""
    if postgres is None:
        os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(60)  # not reached
        return
    os.kill(postgres, signal.SIGQUIT)
    with suppress(ProcessLookupError, OSError):
        while Path(f"/proc/{postgres}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
            time.sleep(0.002)


def wrap_all(home: Path, role: str) -> None:
    """Put every point of this role into the process."""
    trigger = Trigger(home, role)
    if role == "worker":
        _follow_the_road(trigger)
        wrap_socket(trigger)
    for point in POINTS:
        if point.role == role and point.when in {"before", "after"}:
            for place in point.places:
                _wrap(trigger, point, place)


def find(place: str) -> tuple[Any, str, Callable[..., Any]]:
    """Where a name of the table lives, the name, and the function it is now."""
    module, _, path = place.partition(":")
    owner: Any = importlib.import_module(module)
    *outer, name = path.split(".")
    for each in outer:
        owner = getattr(owner, each)
    return owner, name, getattr(owner, name)


def _wrap(trigger: Trigger, point: Point, place: str) -> None:
    owner, name, plain = find(place)
    test = _TESTS[point.test]

    def call(*args: Any, **more: Any) -> Any:
        if point.when == "before" and test(args, None):
            trigger.pass_by(point.name, _road(trigger, args))
        found = plain(*args, **more)
        if point.when == "after" and test(args, found):
            trigger.pass_by(point.name, _road(trigger, args))
        return found

    setattr(owner, name, call)


def _follow_the_road(trigger: Trigger) -> None:
    """Note for each thread what kind of document it works at."""
    owner, name, plain = find("onapi.flows.submit:_step")

    def step(*args: Any) -> None:
        trigger.here.road = next(each for each in args if isinstance(each, StoredDocument)).receipt.doctype
        try:
            plain(*args)
        finally:
            trigger.here.road = ""

    setattr(owner, name, step)


def _road(trigger: Trigger, args: tuple[Any, ...]) -> str:
    for each in args:
        if isinstance(each, StoredDocument):
            return each.receipt.doctype
        if isinstance(each, Drawn):
            return each.document.receipt.doctype
        if isinstance(each, Receipt):
            return each.digest.id.doctype
    if trigger.road:
        return trigger.road
    return next((each for each in args if isinstance(each, str) and each in {"01", "03", "20", "09", "RC", "RA"}), "")


def _happened(args: tuple[Any, ...], event: Event) -> bool:
    return any(isinstance(each, Happening) and each.event is event for each in args)


def _ticket(args: tuple[Any, ...], found: Any) -> bool:
    """A ticket has come, in whichever form it stands here."""
    if isinstance(found, Happening):
        return found.event is Event.TICKET
    talk = next((each for each in args if isinstance(each, Talk)), None)
    document = next((each for each in args if isinstance(each, StoredDocument)), None)
    if talk is not None and document is not None:
        return hear_send(document, talk).event is Event.TICKET
    return _happened(args, Event.TICKET)


def _is_waiting(args: tuple[Any, ...], _: object) -> bool:
    """There is work that could be claimed."""
    rows = args[0].tables.workflow_status.c
    with args[0].engine.connect() as connection:
        query = select(rows.workflow_uuid).where(rows.status == "ENQUEUED").limit(1)
        return connection.execute(query).first() is not None


_TESTS: dict[str, Callable[[tuple[Any, ...], Any], bool]] = {
    "": lambda args, found: True,  # noqa: ARG005  every passage counts
    "made": lambda args, found: bool(found),  # noqa: ARG005  what came back decides
    "claimed": lambda args, found: bool(found[0]),  # noqa: ARG005  as above
    "waits": _is_waiting,
    "verdict": lambda args, found: _happened(args, Event.CDR),  # noqa: ARG005  what went in decides
    "ticket": _ticket,
    "over": lambda args, found: any(  # noqa: ARG005  as above
        isinstance(each, Submission) and each.state == State.SETTLED for each in args
    ),
}
