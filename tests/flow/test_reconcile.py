"""R25: every divergence between our record, its files and what SUNAT holds is found and classified, nothing else is."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flow_books import LATER, Books, false_cdr
from flow_sunat import cdr_xml, cdr_zip
from flow_world import BORN, RUC, World
from sqlalchemy import update

from onapi.flows import enrol
from onapi.flows.ask_state import Asker, Told
from onapi.flows.finding import KINDS_OF_FINDING, Finding
from onapi.flows.issue import Issued
from onapi.flows.reconcile import Report, Round, compose, look, reconcile
from onapi.flows.summarise import summarise
from onapi.store import numbers, series_report, submissions
from onapi.store.checks import Wanted
from onapi.store.documents import StoredDocument
from onapi.store.series_report import NumberNote
from onapi.store.tables import documents as document_rows
from onapi.values.number import ReceiptId
from onapi.values.scope import Environment

CLEAN = int(os.environ.get("ONAPI_RECONCILE_ROWS", "40"))
EACH = int(os.environ.get("ONAPI_RECONCILE_PLANTED", "9"))  # of each class: more than 200 in all
Key = tuple[str, str, str]


@pytest.fixture
def books(here: World) -> Books:
    """Books of a company that may ask everywhere."""
    enrol.set_validity(here.platform, here.platform.scope(RUC), "cliente", "secreto")
    return Books(here)


def run(here: World, *, most: int = 100_000, ruc: str | None = None, asker: Asker | None = None) -> Report:
    return reconcile(here.platform, Wanted(here.platform.environment, ruc), most=most, asker=asker)


def keys(report: Report) -> Counter[Key]:
    return Counter((each.kind, each.name, each.evidence.get("first", "")) for each in report.findings)


def named(kind: str, found: list[Issued]) -> Iterator[Key]:
    return ((kind, each.document.receipt.file_name, "") for each in found)


def void(books: Books, series: str, there: str | None) -> Issued:
    """Anulled here without a batch that says so."""
    issued = books.accepted(series, there=there)
    books.here.move(issued, state="VOIDED")
    return issued


def other_xml(books: Books) -> Issued:
    issued, other = books.accepted("FX03"), books.signed("F001")
    with books.here.platform.database.transaction() as connection:
        mine = document_rows.c.id == issued.document.id
        connection.execute(update(document_rows).where(mine).values(xml=other.document.xml))
    return issued


def spoiled(books: Books, series: str, column: str, how: Callable[..., object]) -> Issued:
    issued = books.accepted(series)
    name = issued.document.xml if column == "xml" else books.here.now(issued).cdr
    how(books.blob(str(name)))
    return issued


def twice(books: Books) -> Issued:
    issued = books.accepted("FD01")
    again = books.again(issued, revision=2)
    books.says(again, "ACCEPTED", cdr=books.here.now(issued).cdr)
    return issued


def ready(books: Books, series: str, **changes: object) -> Issued:
    issued = books.signed(series)
    books.here.move(issued, **changes)
    return issued


def held(books: Books, series: str, there: str | None) -> Issued:
    issued = books.signed(series)
    books.says(issued, "HELD", state="HELD", code="0151")
    books.hold(issued, there)
    return issued


def rejected(books: Books, series: str, there: str | None, code: str = "2800") -> Issued:
    issued = books.signed(series)
    books.says(issued, "REJECTED", code=code)
    books.hold(issued, there)
    return issued


def unsent(books: Books, series: str) -> Issued:
    issued = books.signed(series)
    books.hold(issued, "accepted")
    return issued


def cdr_of_another(books: Books, series: str) -> Issued:
    return books.accepted(series, cdr=cdr_zip(ReceiptId(RUC, "01", "F999", 1)))


def cdr_that(books: Books, series: str, make: Callable[[ReceiptId], bytes]) -> Issued:
    issued = books.accepted(series)
    books.here.move(issued, cdr=books.here.platform.blobs.put(make(issued.document.receipt)))
    return issued


PLANT: dict[str, Callable[[Books], Issued]] = {
    "accepted_not_there": lambda b: b.accepted("FA01", there=None),
    "accepted_but_rejected": lambda b: b.accepted("FA02", there="rejected"),
    "accepted_but_voided": lambda b: b.accepted("BA03", there="voided"),
    "rejected_but_registered": lambda b: rejected(b, "FA04", "accepted"),
    "held_but_registered": lambda b: held(b, "BA05", "accepted"),
    "unsent_but_registered": lambda b: unsent(b, "FA06"),
    "unknown_but_known": lambda b: b.unknown("BA07", there="accepted"),
    "voided_not_there": lambda b: void(b, "FV01", "accepted"),
    "voided_but_absent": lambda b: void(b, "BV02", None),
    "cdr_missing": lambda b: b.accepted("FC01", cdr=b""),
    "cdr_gone": lambda b: spoiled(b, "FC02", "cdr", lambda file: file.unlink()),
    "cdr_changed": lambda b: spoiled(b, "FC03", "cdr", lambda file: file.write_bytes(b"PK otra cosa")),
    "cdr_not_ours": lambda b: cdr_of_another(b, "FC04"),
    "cdr_contradicts": lambda b: cdr_that(b, "FC05", lambda r: cdr_zip(r, cdr_xml(r, code="2800"))),
    "cdr_signature": lambda b: cdr_that(b, "FC06", false_cdr),
    "xml_gone": lambda b: spoiled(b, "FX01", "xml", lambda file: file.unlink()),
    "xml_changed": lambda b: spoiled(b, "FX02", "xml", lambda file: file.write_bytes(b"<Invoice/>")),
    "xml_not_ours": other_xml,
    "series_duplicate": twice,
    "past_deadline": lambda b: ready(b, "FP01", deadline=BORN - timedelta(hours=1)),
    "stranded": lambda b: b.unknown("FS01", due=False),
    "overdue": lambda b: ready(b, "FO01", next_action_at=BORN - timedelta(hours=2)),
}
WITHOUT_BATCH = ("voided_not_there", "voided_but_absent")  # planted so, they lack the baja that explains them


def plant_gaps(books: Books) -> list[Key]:
    """Numbers that were left out, and at the end of another series some that were given and are not kept."""
    first = books.first
    for number in range(first, first + 2 * EACH + 1, 2):  # a series may begin anywhere
        books.signed("FG01", number)
    books.signed("FG02")
    with books.here.platform.database.transaction() as connection:
        scope = books.here.platform.scope(RUC)
        assert [numbers.take(connection, scope, "01", "FG02") - first for _ in range(2)] == [1, 2]
    left_out = [("series_gap", f"{RUC}-01-FG01", str(n)) for n in range(first + 1, first + 2 * EACH, 2)]
    return [*left_out, ("series_gap", f"{RUC}-01-FG02", str(first + 1))]


def plant_batches(books: Books, many: int) -> list[Issued]:
    """Boletas that stand in a resumen which SUNAT accepted, and that still wait for it."""
    boletas = summarised(books, "BB01", many)
    for each in boletas:
        books.here.move(each, state="GATHERED")
    return boletas


def summarised(books: Books, series: str, many: int) -> list[Issued]:
    found = [books.signed(series, send=True, in_summary=True) for _ in range(many)]
    assert summarise(books.here.platform) == 1
    books.here.run()
    assert {books.here.now(each).outcome for each in found} == {"ACCEPTED"}
    return found


def clean(books: Books, many: int) -> None:
    """Rows of every sort with which nothing is wrong."""
    summarised(books, "BB02", max(2, many // 10))
    makers: tuple[Callable[[], object], ...] = (
        lambda: books.sent("F100"),
        lambda: books.accepted("F101"),
        lambda: books.accepted("B101"),
        lambda: books.signed("F102"),
        lambda: held(books, "B103", None),
        lambda: rejected(books, "F104", "rejected"),
        lambda: rejected(books, "B105", None),
        lambda: rejected(books, "F105", "voided", code="0003"),
        lambda: books.unknown("F106"),
        lambda: ready(books, "B107", next_action_at=BORN + LATER),
        lambda: corrected(books),
        lambda: books.sent("B108"),
        lambda: books.again(
            books.signed("F109"), receipt=ReceiptId(RUC, "01", "0001", 57 + next(books.numbers["0001"]))
        ),
    )
    for number in range(many):
        makers[number % len(makers)]()


def corrected(books: Books) -> None:
    """Refused without being registered, and taken under the same number when it came corrected."""
    first = held(books, "F110", "accepted")
    again = books.again(first, revision=2)
    proof = cdr_zip(first.document.receipt)
    books.says(again, "ACCEPTED", cdr=books.here.platform.blobs.put(proof))


def test_every_planted_divergence_is_found_and_classified_and_nothing_else(books: Books) -> None:
    wanted: Counter[Key] = Counter()
    clean(books, CLEAN)
    for kind, plant in PLANT.items():
        found = [plant(books) for _ in range(EACH)]
        wanted.update(named(kind, found))
        wanted.update(named("batch_disagrees", found if kind in WITHOUT_BATCH else []))
    wanted.update(named("batch_disagrees", plant_batches(books, EACH)))
    wanted.update(plant_gaps(books))
    books.plant()
    report = run(books.here)
    found = keys(report)
    assert not found - wanted, "false alarms"
    assert not wanted - found, "missed"
    assert sum(wanted.values()) > 200 or EACH < 9
    assert {each.kind for each in report.findings} == set(KINDS_OF_FINDING)
    assert report.is_whole
    assert not any("…" in each.sentence + each.action for each in report.findings)


def test_clean_books_have_no_findings_however_often_they_are_looked_at(books: Books) -> None:
    clean(books, 24)
    books.plant()
    assert keys(run(books.here)) == Counter()
    books.here.clock.forward(3600)
    assert keys(run(books.here)) == Counter()


def test_a_finding_never_changes_a_verdict(books: Books) -> None:
    mine = [PLANT[kind](books) for kind in ("accepted_not_there", "accepted_but_rejected", "rejected_but_registered")]
    books.plant()
    before = [books.here.now(each) for each in mine]
    assert len(run(books.here).findings) == 3
    assert [books.here.now(each) for each in mine] == before


def only(report: Report) -> Finding:
    assert len(report.findings) == 1, report.findings
    return report.findings[0]


def test_a_lost_cdr_is_put_back_from_what_sunat_said(books: Books) -> None:
    issued = books.sent("F001")
    was = books.here.now(issued)
    books.blob(str(was.cdr)).unlink()
    books.plant()
    assert "Se repuso" in only(run(books.here)).repaired
    assert books.blob(str(was.cdr)).exists()
    assert keys(run(books.here)) == Counter()


def test_a_changed_cdr_is_put_back_and_the_changed_one_is_kept_as_evidence(books: Books) -> None:
    issued = books.sent("F001")
    was = books.here.now(issued)
    books.blob(str(was.cdr)).write_bytes(b"PK de otro")
    books.plant()
    assert only(run(books.here)).repaired
    assert keys(run(books.here)) == Counter()
    assert books.blob(hashlib.sha256(b"PK de otro").hexdigest()).read_bytes() == b"PK de otro"


def test_a_missing_cdr_is_asked_for_where_no_talk_brought_it(books: Books) -> None:
    issued = books.sent("F001")
    with books.here.platform.database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM talks")
    books.here.move(issued, cdr=None)
    books.plant()
    assert "Se pidió la constancia" in only(run(books.here)).repaired
    now = books.here.now(issued)
    assert now.cdr is not None
    assert (now.outcome, now.state) == ("ACCEPTED", "SETTLED")
    assert "CDR_KEPT" in [line.event for line in books.here.history(issued)]


def test_what_sunat_knows_and_we_do_not_is_asked_for_again_and_settles(books: Books) -> None:
    issued = books.sent("F001")
    now = books.here.clock()
    changes = {"state": "UNKNOWN", "outcome": None, "cdr": None, "sent_at": now, "next_action_at": now + LATER}
    books.here.move(issued, **changes)
    books.plant()
    finding = only(run(books.here))
    assert (finding.kind, finding.repaired) == ("unknown_but_known", "Se puso a trabajar otra vez.")
    books.here.run()
    assert books.here.now(issued).outcome == "ACCEPTED"
    assert len(books.here.ledger(issued)) == 1
    books.here.clock.forward(3600)
    assert keys(run(books.here)) == Counter()


def test_a_stranded_document_goes_on(books: Books) -> None:
    issued = books.unknown("F001", due=False)
    books.plant()
    assert only(run(books.here)).repaired
    assert books.here.now(issued).next_action_at is not None
    assert len(books.here.waiting()) == 1


def test_an_explained_number_is_no_gap(books: Books) -> None:
    base = books.first
    for number in (0, 4, 7):
        books.signed("F001", base + number)
    books.plant()
    assert [int(key[2]) - base for key in keys(run(books.here))] == [1, 5]
    said = NumberNote("01", "F001", base + 2, base + 5, "Talonario perdido", "ana", books.here.clock())
    with books.here.platform.database.transaction() as connection:
        series_report.explain(connection, books.here.platform.scope(RUC), said)
    left = [(int(each.evidence["first"]), int(each.evidence["last"])) for each in run(books.here).findings]
    assert sorted(left) == [(base + 1, base + 1), (base + 6, base + 6)]


def test_a_gap_that_another_system_filled_says_so(books: Books) -> None:
    for number in (0, 3):
        books.signed("FZ01", books.first + number)
    books.hold_number(ReceiptId(RUC, "01", "FZ01", books.first + 2), "accepted")
    books.plant()
    finding = only(run(books.here))
    assert finding.evidence["atSunat"] == str(books.first + 2)
    assert "otro sistema" in finding.sentence


def test_a_number_that_is_only_minutes_ahead_is_no_gap_yet(books: Books) -> None:
    books.signed("F001", books.first)
    books.signed("F001", books.first + 2)
    assert keys(run(books.here)) == Counter()


def test_what_was_told_before_a_change_is_not_held_against_it(books: Books) -> None:
    issued = books.accepted("F001", there=None)
    books.plant()
    assert only(run(books.here)).kind == "accepted_not_there"
    assert only(run(books.here, most=0)).kind == "accepted_not_there"  # it stays until it is looked at again
    books.here.clock.forward(1)
    books.here.move(issued, description="otra")
    assert keys(run(books.here, most=0)) == Counter()


def test_credentials_that_sunat_refuses_are_not_tried_a_thousand_times(books: Books) -> None:
    for _ in range(4):
        books.accepted("F001", there="accepted")
    enrol.set_sol(books.here.platform, books.here.platform.scope(RUC), "MODDATOS", "mala")
    enrol.set_validity(books.here.platform, books.here.platform.scope(RUC), "", "")
    books.plant()
    report = run(books.here)
    assert report.findings == ()
    assert report.asked == 1


def test_what_was_rejected_here_and_is_void_there_was_registered(books: Books) -> None:
    rejected(books, "F001", "voided")
    books.plant()
    assert only(run(books.here)).kind == "rejected_but_registered"


def test_sunats_registers_have_time_to_know_what_its_services_accepted(books: Books) -> None:
    books.accepted("F001", there=None)
    books.here.clock.forward(899)
    report = run(books.here)
    assert (report.asked, report.findings) == (0, ())
    books.here.clock.forward(1)
    assert len(run(books.here).findings) == 1


def test_what_could_not_be_asked_about_is_asked_once_the_credentials_are_mended(books: Books) -> None:
    books.accepted("F001", there=None)
    scope = books.here.platform.scope(RUC)
    enrol.set_sol(books.here.platform, scope, "MODDATOS", "mala")
    enrol.set_validity(books.here.platform, scope, "", "")
    books.plant()
    assert keys(run(books.here)) == Counter()
    enrol.set_sol(books.here.platform, scope, "MODDATOS", "moddatos")
    books.here.clock.forward(1)
    wanted = Wanted(books.here.platform.environment)
    this = Round(books.here.platform, wanted, books.here.clock(), Asker(books.here.platform), 9, again_at=BORN)
    assert len([*look(this)]) == 1
    assert len(compose(this).findings) == 1


class Slow(Asker):
    """While it asks, the document moves on."""

    def ask(self, document: StoredDocument) -> Told:
        """One question."""
        told = super().ask(document)
        with self.platform.database.transaction() as connection:
            [was] = submissions.of_documents(connection, document.scope, [document.id])
            submissions.move(connection, document.scope, was, self.platform.clock(), step=was.step + 1)
        return told


def test_what_moves_while_sunat_is_asked_is_left_for_the_next_time(books: Books) -> None:
    books.accepted("F001", there=None)
    books.plant()
    assert run(books.here, asker=Slow(books.here.platform)).findings == ()
    books.here.clock.forward(3600)
    assert len(run(books.here).findings) == 1


def test_the_simulator_needs_no_rest_and_sunat_does(books: Books) -> None:
    rests: list[float] = []
    here = books.here.platform
    Asker(here, rest=rests.append).pause()
    Asker(replace(here, environment=Environment.PRODUCTION), rest=rests.append).pause()
    assert rests == [0.25]


def test_a_silent_sunat_is_left_in_peace_and_the_rest_is_for_the_next_time(books: Books) -> None:
    for _ in range(9):
        books.accepted("F001", there=None)
    books.plant()
    books.here.arm({"fault": "F07", "operation": "getStatus", "count": 99})
    report = run(books.here)
    assert (report.asked, report.is_whole, report.findings) == (5, False, ())
    books.here.arm()
    books.here.clock.forward(1)
    assert len(run(books.here).findings) == 9


def test_a_bounded_round_begins_with_what_has_no_verdict_and_then_goes_back_from_the_newest(books: Books) -> None:
    silent = books.unknown("F001", there="accepted")
    old, new = books.accepted("F002", there=None), books.accepted("F003", there=None)
    books.plant()
    first = run(books.here, most=2)
    assert {each.name for each in first.findings} == {
        silent.document.receipt.file_name,
        new.document.receipt.file_name,
    }
    assert not first.is_whole
    assert old.document.receipt.file_name in {each.name for each in run(books.here).findings}


def test_one_company_and_some_days_alone(books: Books) -> None:
    books.accepted("F001", there=None)
    books.plant()
    here = books.here.platform
    day = BORN.date()
    assert run(books.here, ruc="20000000010").findings == ()
    after = Wanted(here.environment, RUC, day + timedelta(days=1), None)
    assert reconcile(here, after, most=100).checked == 0
    assert len(reconcile(here, Wanted(here.environment, RUC, day, day), most=100).findings) == 1
