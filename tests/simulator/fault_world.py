"""A simulator with faults, and our own gateway that meets them: what it makes of each, and what SUNAT really holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, cast

from sample_batch import summary, told
from sample_golden import golden
from sample_invoice import RUC, Pen, invoice, sign
from sunat_client import NOW, PRODUCTION, Sunat, running

from onapi.flows import hear
from onapi.gateways import sunat as gateway
from onapi.gateways.door import Talk
from onapi.lifecycle import Event
from onapi.store.documents import StoredDocument
from onapi.values.number import ReceiptId

ACCOUNT = gateway.SolAccount(f"{RUC}MODDATOS", "moddatos", "cliente-1", "secreto")
HASTY = replace(gateway.BRISK, read_s=4, login_read_s=4, connect_s=1.5, write_s=1, wait_s=1, failures=10**6)
ACCEPTED, OBSERVED, REJECTED = "ACCEPTED", "OBSERVED", "REJECTED"
HELD, READY, UNKNOWN, TICKETED, PENDING = "HELD", "READY", "UNKNOWN", "TICKETED", "PENDING"
_CLASSES = {
    Event.BUSY: READY,
    Event.REFUSED: HELD,
    Event.SILENCE: UNKNOWN,
    Event.TICKET: TICKETED,
    Event.PENDING: PENDING,
}


@dataclass(frozen=True)
class Paper:
    """A document under its number: all that hearing an answer needs of a stored one."""

    receipt: ReceiptId
    xml: bytes

    @property
    def digest(self) -> str:
        """Of the XML."""
        return sha256(self.xml).hexdigest()

    @property
    def stem(self) -> str:
        """Its file's name."""
        return self.receipt.file_name


@dataclass
class World:
    """One simulator and one gateway."""

    sunat: Sunat
    ours: gateway.Sunat
    pen: Pen
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def factura(self, **how: Any) -> Paper:
        """A new factura."""
        number = next(self.numbers)
        xml = sign(invoice(f"F001-{number}", **how), self.pen)
        return Paper(ReceiptId(RUC, "01", "F001", number), xml)

    def guide(self) -> Paper:
        """A new guide."""
        number = next(self.numbers)
        return Paper(ReceiptId(RUC, "09", "T001", number), golden("09", f"T001-{number}", self.pen))

    def batch(self, text: str, label: str) -> Paper:
        """A summary."""
        kind, day, number = label.split("-")
        return Paper(ReceiptId(RUC, kind, day, int(number)), sign(text, self.pen))

    def arm(self, *wishes: dict[str, Any]) -> list[int]:
        """Let these faults happen beside those that are armed; their numbers."""
        answered = self.sunat.http.post("/_simulator/faults", json=list(wishes))
        assert answered.status_code == 200, answered.text
        numbers: list[int] = answered.json()["ids"]
        return numbers

    def talk(self, paper: Paper) -> Talk:
        """Send a document by the road of its kind."""
        kind = paper.receipt.doctype
        if kind in {"RC", "RA"}:
            return self.ours.send_summary(ACCOUNT, paper.stem, paper.xml)
        if kind == "09":
            return self.ours.send_guide(ACCOUNT, paper.stem, paper.xml)
        return self.ours.send_bill(ACCOUNT, paper.stem, paper.xml)

    def send(self, paper: Paper) -> str:
        """What our platform makes of sending it."""
        return outcome(hear.hear_send(stored(paper), self.talk(paper)))

    def ask(self, paper: Paper) -> str:
        """What it makes of asking for its CDR."""
        return outcome(hear.hear_question(stored(paper), self.ours.ask_cdr(ACCOUNT, paper.receipt)))

    def poll(self, paper: Paper, ticket: str) -> str:
        """What it makes of asking for its ticket."""
        ask = self.ours.ask_guide if paper.receipt.doctype == "09" else self.ours.ask_ticket
        return outcome(hear.hear_ticket(stored(paper), ask(ACCOUNT, ticket)))

    def validity(self, paper: Paper) -> gateway.Validity:
        """What the Consulta Integrada says of a factura of one line."""
        today = date(2026, 11, 22)
        return gateway.read_validity(self.ours.ask_validity(ACCOUNT, RUC, paper.receipt, today, Decimal("118.00")))

    def held(self, paper: Paper) -> dict[str, Any]:
        """What SUNAT really holds under its number."""
        return self.sunat.held(paper.stem)

    def has_ours(self, paper: Paper, state: str = "accepted") -> bool:
        """Whether SUNAT really holds these very bytes."""
        held = self.held(paper)
        return bool(held) and (held["digest"], held["state"]) == (paper.digest, state)

    def struck(self) -> list[str]:
        """What has befallen, as F12/0109."""
        return [f"{row['fault']}/{row['variant']}" for row in self.sunat.http.get("/_simulator/faults/struck").json()]


def stored(paper: Paper) -> StoredDocument:
    """A paper, as the flows take it."""
    return cast("StoredDocument", paper)


def outcome(happening: hear.Happening) -> str:
    """The class of reliability that a happening stands for."""
    if happening.event is Event.CDR:
        assert happening.verdict is not None
        return str(happening.verdict.outcome)
    return _CLASSES[happening.event]


@contextmanager
def world_of(ledger: Path, pen: Pen, profile: str = "production", **settings: Any) -> Iterator[World]:
    """A world for as long as the block lasts."""
    with running(ledger, profile, **settings) as sunat:
        ours = gateway.Sunat(gateway.endpoints_at(str(sunat.http.base_url), HASTY), lambda: NOW)
        world = World(sunat, ours, pen)
        _warm(world)
        try:
            yield world
        finally:
            ours.close()


def _warm(world: World) -> None:
    """Let the simulator load its schemas and rules: what comes first takes longer than our gateway waits here."""
    paper, label = world.factura(), "RC-20261122-99999"
    world.sunat.send_xml(paper.stem, paper.xml, path=PRODUCTION)
    world.sunat.settled(f"{RUC}-{label}", sign(summary(label, told(1, "B999-1")), world.pen), path=PRODUCTION)
    if world.sunat.secret:
        ticket = hear.hear_send(stored(guide := world.guide()), world.talk(guide)).ticket
        world.sunat.forward(2)
        world.ours.ask_guide(ACCOUNT, ticket)
