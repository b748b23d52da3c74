"""The invariants that hold once everything is at rest, checked against SUNAT's own ledger.

I1 every 2xx exists · I2 one request, at most one registered number · I3 our verdict is SUNAT's, and its CDR verifies ·
I4 what SUNAT registered is settled here, or waits with a next action · I5 no gap in a series · I6 the bytes are ours ·
I7 a boleta is in one live resumen at most · I8 nothing lies idle · I9 every history is a legal path.
I10 each change of a document was told at least once, under one id · I11 no secret in a log · I12 every line of the
record is under a seal that fits.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

from chaos_letters import check_letters
from chaos_orders import Orders
from chaos_record import check_logs, check_pages, check_record
from chaos_stage import Stage, until
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from sqlalchemy import select

from onapi.cdr import read_cdr
from onapi.cdr.judge import names
from onapi.lifecycle import MOVES, Event, State
from onapi.sign.verify import verify_signature
from onapi.store.tables import documents, events, members, submissions, webhook_attempts, webhook_deliveries
from onapi.values.number import ReceiptId

NEVER_TOLD = frozenset({"20", "40", "09", "31"})  # of these SUNAT offers nothing to ask, once an answer is lost
_STILL = {"SIGNED", "REQUEUED", "SUPERSEDED", "DEADLINE"}  # lines of a history that move nothing
_ANSWERED = {"accepted": {"ACCEPTED", "OBSERVED"}, "rejected": {"REJECTED"}, "voided": {"ACCEPTED", "OBSERVED"}}


@dataclass(frozen=True)
class Held:
    """What both sides hold of one company."""

    rows: list[Any]  # a document with its submission
    lines: dict[str, list[Any]]  # histories, by submission
    members: list[Any]
    ledger: dict[str, dict[str, Any]]  # by file name
    carried: dict[str, list[str]]  # what SUNAT took in a resumen to report, by its name

    @property
    def by_name(self) -> dict[str, Any]:
        """Our rows by file name."""
        return {name_of(row): row for row in self.rows}


def name_of(row: Any) -> str:
    """The file name that SUNAT knows a document by."""
    return ReceiptId(row.ruc, row.doctype, row.series, row.number).file_name


def rows_of(stage: Stage, ruc: str) -> list[Any]:
    """Every document of a company with where it stands."""
    mine = [column for column in submissions.c if column.name not in {"id", "environment", "ruc"}]
    query = select(documents, submissions.c.id.label("submission_id"), *mine)
    joined = query.join(submissions, submissions.c.document_id == documents.c.id).where(documents.c.ruc == ruc)
    with stage.platform.database.reading() as connection:
        return list(connection.execute(joined.order_by(documents.c.id)))


def restless(rows: list[Any]) -> list[Any]:
    """Those of which something will still come by itself: they have not ended, and SUNAT can tell more than it has."""
    are_told = any(row.doctype in {"RC", "RA", "RR"} and row.state == State.UNKNOWN for row in rows)
    return [row for row in rows if not (_is_at_rest(row) or (are_told and State(row.state).is_carried))]


def _is_at_rest(row: Any) -> bool:
    if row.state == State.READY:
        return row.next_action_at is None
    if row.state == State.UNKNOWN:
        return row.channel == "consulta" or row.doctype in NEVER_TOLD
    return State(row.state).is_final


def await_rest(stage: Stage, ruc: str, *, seconds: float = 60) -> list[Any]:
    """Wait until every document of a company is at rest."""

    def look() -> list[Any]:
        rows = rows_of(stage, ruc)
        return rows if rows and not restless(rows) else []

    def words() -> str:
        left = restless(rows_of(stage, ruc))
        told = [(name_of(row), row.state, row.step, row.tries, row.last_error, str(row.next_action_at)) for row in left]
        return f"{told}\n{stage.log('worker')}\n{stage.log('api')}"

    return until(look, words, seconds=seconds)


def held(stage: Stage, ruc: str) -> Held:
    """Look on both sides."""
    rows = rows_of(stage, ruc)
    with stage.platform.database.reading() as connection:
        lines = connection.execute(select(events).where(events.c.ruc == ruc).order_by(events.c.id)).all()
        found = connection.execute(select(members).where(members.c.ruc == ruc)).all()
    told = {row["name"]: row for row in stage.sunat.ask("ledger") if row["name"].startswith(ruc)}
    batches = [name for name in told if f"{ruc}-RC-" in name and told[name]["state"] == "accepted"]
    carried = {
        name: [
            each["name"] for each in stage.sunat.ask(f"ledger?name={name}")[0]["members"] if each["condition"] == "1"
        ]
        for name in batches
    }
    histories: dict[str, list[Any]] = {}
    for line in lines:
        histories.setdefault(line.submission_id, []).append(line)
    return Held(rows, histories, list(found), told, carried)


def check(stage: Stage, orders: Orders) -> Held:
    """All of them, of one company."""
    both = held(stage, orders.ruc)
    _i1_i2(both, orders)
    _i3(stage, both)
    _i4(both)
    _i5(both)
    _i6(stage, both)
    _i7(both)
    _i8(both)
    _i9(both)
    _i10(stage, both, orders.ruc)
    check_logs(stage)
    check_record(stage)
    check_pages(stage)
    check_letters(stage, orders, both.rows)
    return both


def _i1_i2(both: Held, orders: Orders) -> None:
    ids = {row.id for row in both.rows}
    lost = [key for key, record in orders.promised.items() if record["id"] not in ids]
    assert not lost, f"I1: promised and gone: {lost}"
    assert set(orders.voided) <= set(both.by_name), "I1: a voiding of nothing"
    asked = Counter(record["doctype"] for record in orders.promised.values())
    assert len({record["id"] for record in orders.promised.values()}) == len(orders.promised), "I2: two requests, one"
    registered = Counter(row["name"].split("-")[1] for row in both.ledger.values())
    for doctype, many in asked.items():
        assert registered[doctype] <= many, f"I2: {registered[doctype]} numbers of {doctype} for {many} requests"
    strangers = set(both.ledger) - set(both.by_name)
    assert not strangers, f"I2: SUNAT holds what we do not: {strangers}"
    for name, told in both.ledger.items():
        announced = sum(line.event == "SEND" for line in both.lines[both.by_name[name].submission_id])
        assert told["sends"] <= announced, f"I2: {name} came {told['sends']} times, announced {announced} times"


def _i3(stage: Stage, both: Held) -> None:
    for name, row in both.by_name.items():
        if row.state not in {State.SETTLED, State.VOIDED, State.VOIDING}:
            continue
        told = both.ledger.get(name)
        assert told is not None, f"I3: {name} is {row.outcome} here and unknown to SUNAT"
        assert row.outcome in _ANSWERED[told["state"]], f"I3: {name} is {row.outcome} here, {told['state']} there"
        may_be_void = {State.VOIDED, State.VOIDING}  # VOIDING: the answer about its batch is lost, and is asked for
        is_void = told["state"] == "voided"
        assert row.state in may_be_void if is_void else row.state != State.VOIDED, f"I3: {name}: {row.state}, {told}"
        _verify(stage, both, row)


def _verify(stage: Stage, both: Held, row: Any) -> None:
    """Its CDR, or that of the resumen it stands in, is signed by SUNAT and names it."""
    assert row.cdr, f"I3: {name_of(row)} has no CDR"
    cdr = read_cdr(stage.platform.blobs.get(row.cdr))
    batches = {m.batch_document_id for m in both.members if m.document_id == row.id and m.status_code == "1"}
    about = [r for r in both.rows if (r.id in batches if row.boleta_mode == "summary" or batches else r.id == row.id)]
    assert any(names(cdr, ReceiptId(r.ruc, r.doctype, r.series, r.number)) for r in about), f"I3: {name_of(row)}"
    signer = verify_signature(cdr.xml).certificate
    authority = x509.load_pem_x509_certificate(stage.sunat.ca)
    key = authority.public_key()
    assert isinstance(key, RSAPublicKey)
    algorithm = signer.signature_hash_algorithm
    assert algorithm is not None
    key.verify(signer.signature, signer.tbs_certificate_bytes, padding.PKCS1v15(), algorithm)


def _i4(both: Held) -> None:
    for name in both.ledger:
        row = both.by_name[name]
        waits = row.state in {State.UNKNOWN, State.TICKETED} and row.next_action_at is not None
        ends_well = State(row.state).is_final or waits or _is_led(both, row)
        assert ends_well, f"I4: SUNAT holds {name}; here it is {row.state}"
        assert row.state != State.HELD, f"I4: SUNAT holds {name}; here it is held"


def _i5(both: Held) -> None:
    series: dict[tuple[str, str], list[int]] = {}
    for row in both.rows:
        if row.revision == 1:
            series.setdefault((row.doctype, row.series), []).append(row.number)
    for name, numbers in series.items():
        assert sorted(numbers) == list(range(1, len(numbers) + 1)), f"I5: {name}: {sorted(numbers)}"


def _i6(stage: Stage, both: Held) -> None:
    for name, told in both.ledger.items():
        row = both.by_name[name]
        ours = hashlib.sha256(stage.platform.blobs.get(row.xml)).hexdigest()
        assert ours == row.xml, f"I6: the blob of {name} is not what its name says"
        assert told["digest"] in {ours, ""}, f"I6: SUNAT holds other bytes of {name}"
        assert told["digest"] or row.boleta_mode == "summary" or _was_gathered(both, row), f"I6: {name} without bytes"


def _was_gathered(both: Held, row: Any) -> bool:
    return any(member.document_id == row.id for member in both.members)


def _i7(both: Held) -> None:
    told = Counter(name for carried in both.carried.values() for name in carried)
    assert all(many == 1 for many in told.values()), f"I7: reported twice: {told}"
    batches = {row.id: row for row in both.rows}
    live = Counter(
        member.document_id
        for member in both.members
        if member.status_code == "1"
        and (member.closed_at is None or batches[member.batch_document_id].outcome in {"ACCEPTED", "OBSERVED"})
    )
    assert all(many == 1 for many in live.values()), f"I7: in two live resúmenes: {live}"
    waiting = {member.document_id for member in both.members if member.closed_at is None}
    assert len(waiting) == sum(member.closed_at is None for member in both.members), "I7: in two open batches"


def _i8(both: Held) -> None:
    for row in both.rows:
        is_looked_after = State(row.state).is_final or row.next_action_at is not None or _is_led(both, row)
        assert is_looked_after, f"I8: {name_of(row)} lies idle in {row.state}"


def _is_led(both: Held, row: Any) -> bool:
    """Whether it stands in a batch that is on its way, and that has a next action itself."""
    led_by = [m.batch_document_id for m in both.members if m.document_id == row.id and m.closed_at is None]
    batches = [each for each in both.rows if each.id in led_by and each.next_action_at is not None]
    return State(row.state).is_carried and len(batches) == 1


def _i9(both: Held) -> None:
    for row in both.rows:
        first, *rest = both.lines[row.submission_id]
        assert first.event == "SIGNED", f"I9: {name_of(row)} begins with {first.event}"
        state = State(first.state)
        for line in rest:
            wanted = state if line.event in _STILL else MOVES.get((state, Event(line.event)))
            assert wanted == line.state, f"I9: {name_of(row)}: {line.event} in {state} gave {line.state}"
            state = State(line.state)
        assert state == row.state, f"I9: {name_of(row)} is {row.state}, its history ends in {state}"


_TOLD_AS = {"SETTLED": None, "HELD": "failed", "UNKNOWN": "unknown", "VOIDING": "void_pending", "VOIDED": "voided"}


def _i10(stage: Stage, both: Held, ruc: str) -> None:
    """Whatever is due is told first: that takes a moment more than SUNAT's road."""
    waiting = select(webhook_deliveries).where(
        webhook_deliveries.c.ruc == ruc, webhook_deliveries.c.next_action_at.is_not(None)
    )

    def is_told() -> bool:
        with stage.platform.database.reading() as connection:
            return connection.execute(waiting).first() is None

    def words() -> str:
        with stage.platform.database.reading() as connection:
            rows = connection.execute(waiting).all()
            tried = connection.execute(select(webhook_attempts).where(webhook_attempts.c.ruc == ruc)).all()
        ids = {row.id for row in rows}
        return f"I10: not told: {rows}\n{[each for each in tried if each.delivery_id in ids]}\n{stage.log('worker')}"

    until(is_told, words)
    twice = [bodies for bodies in stage.receiver.bodies(ruc).values() if len(bodies) > 1]
    assert not twice, f"I10: one id, two texts: {twice[:2]}"
    told = stage.receiver.statuses(ruc)
    for row in both.rows:
        if row.state in _TOLD_AS:
            wanted = _TOLD_AS[row.state] or str(row.outcome).lower()
            kept = {wanted, "void_rejected"} if row.state == "SETTLED" else {wanted}
            assert told.get(row.id, [""])[-1] in kept, f"I10: {name_of(row)} is {row.state}, told {told.get(row.id)}"
