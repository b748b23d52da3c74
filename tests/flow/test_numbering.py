"""Numbers that we give: one after the other without gap, none for what is not kept, the same to who asks again."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from batch_world import FIRM, ITEM, begin_batches, send
from flow_sunat import Died
from flow_world import RUC, World
from sqlalchemy import event, select

from onapi.errors import Conflict, InvalidDocument, OnapiError
from onapi.flows.issue import Issued, Request, issue
from onapi.flows.repeat import KEY
from onapi.library.forms import Told, tell
from onapi.lifecycle import State
from onapi.store import documents
from onapi.store.tables import documents as document_rows
from onapi.store.tables import events, submissions
from onapi.store.tables import talks as talk_rows
from onapi.values.moment import LIMA

LAST = 99_999_999


def factura(here: World, **wishes: Any) -> Issued:
    """A factura without number; `parts` replace fields of its document."""
    parts = wishes.pop("parts", {})
    return send(here, "01", {"serie": "F077", "client": FIRM, "details": [ITEM], **parts}, **wishes)


def numbers_of(here: World, doctype: str = "01", series: str = "F077") -> list[int]:
    """What is kept of a series."""
    with here.platform.database.reading() as connection:
        return list(documents.numbers_in(connection, here.platform.scope(RUC), doctype, series))


@pytest.mark.parametrize(
    "asks", [{}, {"correlativo": "#"}, {"correlativo": ""}, {"correlativo": None}, {"number": " # "}]
)
def test_without_number_it_takes_the_next(here: World, asks: dict[str, Any]) -> None:
    factura(here, parts={"correlativo": 4})
    first, second = factura(here, parts=asks), factura(here, parts=asks)
    assert [each.document.receipt.number for each in (first, second)] == [5, 6]
    assert b"F077-00000006" in second.xml or b">F077-6<" in second.xml


def test_a_trama_may_leave_it_open(here: World) -> None:
    for field in ("", "#"):
        trama = f"OP|1|03|{RUC}|B077|{field}|2026-11-20\nCL|1|45678912|JUAN\nIT|1||Menu|NIU|1||118.00|10|18\n"
        issue(here.platform, Request(RUC, tell(trama)))
    assert numbers_of(here, "03", "B077") == [1, 2]


def test_numbers_chosen_by_the_caller_are_stepped_over(here: World) -> None:
    for asked in ({}, {}, {"correlativo": 3}, {}, {"correlativo": 6}, {}, {}):
        factura(here, parts=asked)
    assert numbers_of(here) == [1, 2, 3, 4, 5, 6, 7]


def test_what_is_not_kept_takes_none(here: World) -> None:
    factura(here)
    for _ in range(3):
        with pytest.raises(InvalidDocument):
            factura(here, parts={"details": []})
        shown = factura(here, dry_run=True)
        assert shown.document.receipt.number == 2
    assert factura(here).document.receipt.number == 2
    assert numbers_of(here) == [1, 2]


def test_a_series_ends(here: World) -> None:
    factura(here, parts={"correlativo": LAST - 1})
    assert factura(here).document.receipt.number == LAST
    for wishes in ({}, {"dry_run": True}):
        with pytest.raises(InvalidDocument, match="último número"):
            factura(here, **wishes)
    assert numbers_of(here) == [LAST - 1, LAST]


def test_batches_are_numbered_by_their_day(here: World) -> None:
    line = {"tipoDoc": "01", "serie": "F001", "desMotivoBaja": "ERROR EN RUC"}
    made = []
    for n in range(3):
        if n == 2:
            here.clock.now = datetime(2026, 11, 21, 0, 0, 1, tzinfo=LIMA)
        document = {"fecGeneracion": "2026-11-20", "details": [{**line, "correlativo": str(70_000_000 + n)}]}
        made.append(send(here, "RA", document).document.receipt)
    assert [(each.series, each.number) for each in made] == [("20261120", 1), ("20261120", 2), ("20261121", 1)]


def test_midnight_does_not_come_between(here: World) -> None:
    here.clock.now = datetime(2026, 11, 20, 23, 59, 58, tzinfo=LIMA)
    ticking = here.platform
    steps = count()
    here.platform = replace(ticking, clock=lambda: here.clock.now + timedelta(seconds=next(steps)))
    line = {"tipoDoc": "01", "serie": "F001", "correlativo": "70000009", "desMotivoBaja": "ERROR EN RUC"}
    made = send(here, "RA", {"fecGeneracion": "2026-11-20", "details": [line]}).document.receipt
    assert (made.series, numbers_of(here, "RA", "20261120")) == ("20261120", [1])


def test_fifty_at_once_leave_no_gap(here: World) -> None:
    ready, given = threading.Barrier(10), []

    def work() -> None:
        ready.wait()
        given.extend(factura(here).document.receipt.number for _ in range(5))

    together([work] * 10)
    assert sorted(given) == numbers_of(here) == list(range(1, 51))


def together(work: list[Callable[[], None]]) -> None:
    """Do it all at once."""
    threads = [threading.Thread(target=each) for each in work]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def test_killed_before_any_statement_it_leaves_no_gap(here: World) -> None:
    begin_batches(here)
    factura(here)
    deaths = 0
    for fatal in count(1):
        said = count(1)

        def die(*_: Any, said: Any = said, fatal: int = fatal) -> None:
            if next(said) == fatal:
                raise Died

        engine = here.platform.database.engine
        event.listen(engine, "before_cursor_execute", die)
        try:
            factura(here)
        except Died:
            deaths += 1
        else:
            break
        finally:
            event.remove(engine, "before_cursor_execute", die)
    assert deaths >= 8
    assert numbers_of(here) == [1, 2]
    with here.platform.database.reading() as connection:
        roads = connection.execute(select(submissions.c.document_id)).scalars().all()
        kept = connection.execute(select(document_rows.c.id)).scalars().all()
        told = connection.execute(select(events.c.submission_id)).all()
        assert not connection.execute(select(talk_rows.c.id)).all()
    assert (sorted(roads), len(told)) == (sorted(kept), 2)
    assert len(here.waiting()) == 2


@pytest.mark.parametrize("by", [{"request_key": f"{KEY}a-1"}, {"external_id": "PED-1"}])
def test_who_repeats_gets_the_same(here: World, by: dict[str, Any]) -> None:
    first = factura(here, **by)
    here.run()
    again = factura(here, **by, dry_run=False)
    assert (again.replayed, again.document, again.xml) == (True, first.document, first.xml)
    assert (numbers_of(here), factura(here).document.receipt.number) == ([1], 2)
    with pytest.raises(Conflict) as refused:
        factura(here, **by, parts={"observacion": "otra"})
    assert refused.value.key == "idempotency_conflict"


def test_a_key_holds_for_what_bears_a_number_too(here: World) -> None:
    key = {"request_key": f"{KEY}b-1"}
    first = factura(here, **key, parts={"correlativo": 7})
    assert factura(here, **key, parts={"correlativo": 7}).document == first.document
    for other in ({"correlativo": 8}, {"correlativo": 7, "observacion": "otra"}, {"observacion": "otra"}):
        with pytest.raises(Conflict) as refused:
            factura(here, **key, parts=other)
        assert refused.value.key == "idempotency_conflict"
    assert numbers_of(here) == [7]


def test_a_reference_is_no_key_where_the_caller_numbers(here: World) -> None:
    for number in (1, 2):
        factura(here, external_id="PED-9", parts={"correlativo": number})
    note = {"codMotivo": "01", "desMotivo": "ANULACION", "tipDocAfectado": "01", "numDocAfectado": "F077-1"}
    document = {"serie": "FC77", "client": FIRM, "details": [ITEM], **note}
    assert not send(here, "07", document, external_id="PED-9").replayed  # of the same order, but another kind
    assert not factura(here, external_id="PED-9").replayed
    assert numbers_of(here) == [1, 2, 3]


def test_corrected_under_its_reference_it_keeps_its_number(here: World) -> None:
    first = factura(here, external_id="PED-2")
    here.move(first, state=State.HELD, outcome="HELD", code="0306")
    second = factura(here, external_id="PED-2", parts={"observacion": "corregida"})
    assert (second.document.receipt, second.document.revision) == (first.document.receipt, 2)
    assert factura(here, external_id="PED-2", parts={"observacion": "corregida"}).replayed
    here.run()
    assert here.now(second).outcome == "ACCEPTED"


@pytest.mark.parametrize(
    "wishes", [{"parts": {"correlativo": 5}}, {"request_key": f"{KEY}c-1"}, {"external_id": "PED-3"}], ids=str
)
def test_two_hundred_at_once_are_one(here: World, wishes: dict[str, Any]) -> None:
    ready, found = threading.Barrier(20), []

    def work() -> None:
        ready.wait()
        found.extend(factura(here, **wishes) for _ in range(10))

    together([work] * 20)
    assert len(found) == 200
    assert len({each.document.id for each in found}) == 1
    assert len({each.xml for each in found}) == 1
    assert sum(not each.replayed for each in found) == 1
    assert len(numbers_of(here)) == 1


def test_of_two_contents_under_a_key_one_wins(here: World) -> None:
    ready, words = threading.Barrier(10), []

    def work(n: int) -> None:
        told = Told(
            "json", {"serie": "F077", "client": FIRM, "details": [ITEM], "observacion": f"{n % 2}"}, doctype="01"
        )
        ready.wait()
        try:
            words.append(issue(here.platform, Request(RUC, told, request_key=f"{KEY}d")).document.id)
        except OnapiError as error:
            words.append(error.key)

    together([lambda n=n: work(n) for n in range(10)])  # type: ignore[misc]  # each its own number
    assert words.count("idempotency_conflict") == 5
    assert len(set(words)) == 2
    assert numbers_of(here) == [1]
