"""What concerns many submissions at once: a batch and its members, and what `onapi doctor` asks about all of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, event
from store_rows import MINE, NOW, OTHERS, document, enrol, keep

from onapi.errors import Conflict
from onapi.store import Database, documents, members, submissions
from onapi.store.members import Member
from onapi.store.submissions import HistoryLine
from onapi.values.scope import Environment
from onapi.values.verdict import Remark

SANDBOX = Environment.SANDBOX
HOUR = timedelta(hours=1)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.transaction() as found:
        enrol(found, MINE, OTHERS)
        yield found


def test_members_follow_their_batch_together(connection: Connection) -> None:
    was = [keep(connection, document(n)) for n in (3, 1, 2)]
    remark = Remark("4000", "Observado")
    pairs = [(each, {"state": "SETTLED", "step": 1, "code": str(n), "remarks": [remark]}) for n, each in enumerate(was)]
    submissions.move_many(connection, MINE, pairs, NOW + HOUR)
    moved = [submissions.get(connection, MINE, each.id) for each in was]
    assert [(x.state, x.step, x.code, x.remarks, x.updated_at) for x in moved] == [
        ("SETTLED", 1, str(n), (remark,), NOW + HOUR) for n in range(3)
    ]
    submissions.move_many(connection, MINE, [], NOW)
    with pytest.raises(ValueError, match="same columns"):
        submissions.move_many(connection, MINE, [(moved[0], {"step": 2}), (moved[1], {"code": "0"})], NOW)


@pytest.mark.parametrize("wrong", [{"state": "SENDING"}, {"step": 7}, {"id": "nobody"}])
def test_if_one_member_moved_none_does(database: Database, wrong: dict[str, object]) -> None:
    with database.transaction() as connection:
        enrol(connection, MINE)
        was = [keep(connection, document(n)) for n in range(1, 6)]
    pairs = [(each, {"step": 9}) for each in [*was[:3], replace(was[3], **wrong), was[4]]]  # type: ignore[arg-type]  fields by name
    with pytest.raises(Conflict), database.transaction() as connection:
        submissions.move_many(connection, MINE, pairs, NOW)
    with database.reading() as connection:
        assert [submissions.get(connection, MINE, each.id) for each in was] == was


def test_members_of_another_company_are_not_moved(connection: Connection) -> None:
    was = keep(connection, document(1, OTHERS))
    with pytest.raises(Conflict):
        submissions.move_many(connection, MINE, [(was, {"step": 1})], NOW)


def test_many_are_noted_at_once(connection: Connection) -> None:
    was = [keep(connection, document(n)) for n in (1, 2)]
    line = HistoryLine(NOW, "CDR", "SETTLED", "0", "Aceptado")
    submissions.note_many(connection, MINE, [(each.id, replace(line, code=str(n))) for n, each in enumerate(was)])
    submissions.note_many(connection, MINE, [])
    for n, each in enumerate(was):
        told = submissions.history(connection, MINE, each.id)
        assert [x.event for x in told] == ["SIGNED", "CDR"]
        assert told[-1] == replace(line, code=str(n))


def test_members_go_in_by_five_hundred(connection: Connection) -> None:
    batch = document(1, doctype="RC", series="20261120")
    keep(connection, batch)
    whole = [document(n) for n in range(1, 1201)]
    for each in whole:
        documents.add(connection, MINE, each)
    said: list[int] = []
    event.listen(connection, "before_cursor_execute", lambda *all_: said.append(len(all_[3])))
    members.add(connection, MINE, batch.id, [Member(each.id, "1", n) for n, each in enumerate(whole, 1)])
    assert said == [500, 500, 200]
    members.add(connection, MINE, batch.id, [])
    assert [x.line for x in members.of_batch(connection, MINE, batch.id)] == list(range(1, 1201))


def test_documents_come_in_the_order_asked_for(connection: Connection) -> None:
    mine = [document(n) for n in (1, 2, 3)]
    for each in (*mine, document(1, OTHERS)):
        keep(connection, each)
    asked = [mine[2].id, "nobody", document(1, OTHERS).id, mine[0].id]
    assert documents.by_ids(connection, MINE, asked) == [mine[2], mine[0]]
    assert documents.by_ids(connection, MINE, []) == []


def test_states_are_counted_without_those_that_have_arrived(connection: Connection) -> None:
    for n, state in enumerate(("READY", "READY", "UNKNOWN", "HELD", "SETTLED", "VOIDED"), 1):
        keep(connection, document(n), state)
    keep(connection, document(1, OTHERS))
    assert submissions.counts_by_state(connection, SANDBOX) == {"READY": 3, "UNKNOWN": 1, "HELD": 1}
    assert submissions.counts_by_state(connection, Environment.PRODUCTION) == {}


def test_what_nobody_will_look_at_again_is_found(connection: Connection) -> None:
    states = ("SENDING", "UNKNOWN", "TICKETED", "HELD", "GATHERED", "VOIDING", "READY", "WAITING", "SETTLED", "VOIDED")
    for n, state in enumerate(states, 1):
        keep(connection, document(n), state, next_action_at=None)
    keep(connection, document(20), "SENDING")
    keep(connection, document(21), "READY", next_action_at=None, step=1)  # it was to be sent once
    keep(connection, document(1, OTHERS), "UNKNOWN", next_action_at=None)
    found = submissions.without_next_action(connection, SANDBOX)
    told = sorted((x.scope.ruc, x.state, x.step) for x in found)
    wanted = [(MINE.ruc, state, 0) for state in ("SENDING", "TICKETED", "UNKNOWN")]
    assert told == sorted([*wanted, (MINE.ruc, "READY", 1), (OTHERS.ruc, "UNKNOWN", 0)])
    assert len(submissions.without_next_action(connection, SANDBOX, most=2)) == 2
    assert submissions.without_next_action(connection, Environment.PRODUCTION) == []


def test_what_is_stuck_comes_oldest_first(connection: Connection) -> None:
    for n, (state, hours) in enumerate((("READY", 1), ("UNKNOWN", 3), ("SETTLED", 9), ("TICKETED", 2)), 1):
        keep(connection, document(n), state, next_action_at=NOW - hours * HOUR)
    keep(connection, document(5), next_action_at=NOW)
    keep(connection, document(6), next_action_at=None)
    found = submissions.stuck(connection, SANDBOX, NOW)
    assert [x.state for x in found] == ["UNKNOWN", "TICKETED", "READY"]
    assert [x.state for x in submissions.stuck(connection, SANDBOX, NOW, most=1)] == ["UNKNOWN"]
    assert submissions.stuck(connection, Environment.PRODUCTION, NOW) == []


def test_a_company_is_asked_by_state(connection: Connection) -> None:
    for n, state in enumerate(("WAITING", "READY", "HELD", "WAITING", "SETTLED"), 1):
        keep(connection, document(n), state)
    keep(connection, document(1, OTHERS), "WAITING")
    found = submissions.in_state(connection, MINE, ["WAITING", "HELD", "SETTLED"], 10)
    assert [x.document_id for x in found] == [
        document(n).id for n in (1, 3, 4)
    ]  # one that has arrived is not on its way
    assert len(submissions.in_state(connection, MINE, ["WAITING"], 1)) == 1
