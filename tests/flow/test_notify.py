"""Whoever a receipt was to be told is told once SUNAT accepts it: once each, by whichever road, and of no other."""

from typing import Any

import pytest
from batch_world import begin_batches
from flow_world import World
from message_world import ADDRESS, PHONE, issue_notified, with_providers
from sqlalchemy import select

from onapi.errors import InvalidDocument
from onapi.flows import notify
from onapi.flows.forget_messages import forget_messages
from onapi.flows.notify import NOBODY, Receivers, read_receivers
from onapi.flows.summarise import summarise
from onapi.flows.work import do_work
from onapi.store.tables import messages, notices


def rows(world: World, table: Any = messages) -> list[Any]:
    with world.platform.database.reading() as connection:
        return list(connection.execute(select(table).order_by(table.c.id)))


def test_each_is_told_once_it_is_accepted(here: World) -> None:
    persons = with_providers(here)
    issued = issue_notified(here, emails=(ADDRESS, "b@c.pe"))
    assert (len(rows(here, notices)), rows(here)) == (3, [])
    assert ADDRESS not in str(rows(here, notices))
    here.run()
    assert [parcel.to for parcel in persons.email.came] == [(ADDRESS,), ("b@c.pe",)]
    assert [parcel.to for parcel in persons.whatsapp.came] == [(PHONE,)]
    name = issued.document.receipt.file_name
    assert [paper.name for paper in persons.email.came[0].files] == [f"{name}.pdf", f"{name}.xml", f"R-{name}.zip"]
    assert [paper.name for paper in persons.whatsapp.came[0].files] == [f"{name}.pdf"]
    assert {row.standing for row in rows(here)} == {"SENT"}
    assert rows(here, notices) == []


def test_an_observed_one_is_told(here: World) -> None:
    persons = with_providers(here)
    issued = issue_notified(here)
    here.arm({"fault": "F31", "value": "4000", "name": issued.document.receipt.file_name})
    here.run()
    assert here.now(issued).outcome in {"OBSERVED", "ACCEPTED"}
    assert (len(persons.email.came), len(persons.whatsapp.came)) == (1, 1)


def test_of_a_rejected_one_nobody_is_told(here: World) -> None:
    persons = with_providers(here)
    issued = issue_notified(here)
    here.arm({"fault": "F12", "value": "2335", "name": issued.document.receipt.file_name})
    here.run()
    assert here.now(issued).outcome == "REJECTED"
    assert (persons.email.came, rows(here), rows(here, notices)) == ([], [], [])


def test_after_silence_they_are_told_when_it_is_known(here: World) -> None:
    persons = with_providers(here)
    issued = issue_notified(here)
    here.arm({"fault": "F05", "name": issued.document.receipt.file_name})
    here.run()
    assert here.now(issued).outcome == "ACCEPTED"
    assert (len(persons.email.came), len(persons.whatsapp.came)) == (1, 1)


def test_of_a_corrected_one_only_those_of_the_correction_are_told(here: World) -> None:
    persons = with_providers(here)
    first = issue_notified(here)
    number = first.document.receipt.number
    here.arm({"fault": "F12", "value": "1034", "name": first.document.receipt.file_name})
    here.run()
    assert here.now(first).outcome == "HELD"
    here.arm()
    detail = {"cantidad": 1, "descripcion": "Otro", "mtoValorUnitario": 10}
    issue_notified(here, emails=("b@c.pe",), phones=(), parts={"correlativo": number, "details": [detail]})
    assert len(rows(here, notices)) == 1
    here.run()
    assert [parcel.to for parcel in persons.email.came] == [("b@c.pe",)]
    assert persons.whatsapp.came == []


def test_who_repeats_the_request_tells_nobody_twice(here: World) -> None:
    persons = with_providers(here)
    parts = {"correlativo": next(here.numbers), "fechaEmision": "2026-11-20T10:00:00-05:00"}
    issue_notified(here, parts=parts)
    assert issue_notified(here, parts=parts, emails=("b@c.pe",)).replayed
    here.run()
    assert issue_notified(here, parts=parts).replayed
    here.run()
    assert [parcel.to for parcel in persons.email.came] == [(ADDRESS,)]


def test_boletas_are_told_with_their_resumen(here: World) -> None:
    begin_batches(here)
    persons = with_providers(here)
    for _ in range(3):
        issue_notified(here, "03", in_summary=True, phones=())
    here.run()
    assert persons.email.came == []
    here.clock.forward(2)
    summarise(here.platform)
    here.run()
    assert len(persons.email.came) == 3
    assert {paper.media_type for paper in persons.email.came[0].files} >= {"application/pdf", "application/xml"}


def test_many_at_once_are_put_by_one_piece_of_work(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notify, "_AT_ONCE", 2)
    persons = with_providers(here)
    issue_notified(here, emails=tuple(f"a{n}@b.pe" for n in range(5)))
    here.run()
    assert (len(persons.email.came), len(persons.whatsapp.came)) == (5, 1)


def test_doing_the_step_twice_tells_once(here: World) -> None:
    persons = with_providers(here)
    issue_notified(here, phones=())
    work = here.step()
    assert work is not None
    do_work(here.platform, work)
    here.run()
    assert len(persons.email.came) == 1


def test_beyond_the_budget_they_wait_for_the_next_day(here: World) -> None:
    persons = with_providers(here, budgets={"email": 1, "whatsapp": 0})
    issue_notified(here, emails=(ADDRESS, "b@c.pe"), phones=())
    begun = here.clock()
    here.run()
    assert len(persons.email.came) == 2
    assert here.clock().astimezone(begun.tzinfo).date() > begun.date()
    assert {row.standing for row in rows(here)} == {"SENT"}


def test_a_missing_channel_is_a_warning_and_no_refusal(here: World) -> None:
    persons = with_providers(here)
    persons.missing = {"whatsapp"}
    issued = issue_notified(here)
    (warning,) = issued.document.warnings
    assert (warning["code"], warning["field"]) == ("provider_not_configured", "/options/notify/phones")
    here.run()
    assert {row.channel: row.standing for row in rows(here)} == {"email": "SENT", "whatsapp": "FAILED"}


def test_a_rehearsal_tells_nobody(here: World) -> None:
    with_providers(here)
    issue_notified(here, dry_run=True)
    assert (rows(here, notices), here.waiting()) == ([], [])


def test_those_of_receipts_never_accepted_are_forgotten(here: World) -> None:
    with_providers(here)
    issue_notified(here, send=False)
    here.clock.forward(91 * 86_400)
    forget_messages(here.platform)
    assert rows(here, notices) == []


def test_receivers_are_read_in_one_spelling_each_once() -> None:
    found = read_receivers([ADDRESS, "ANA.PAZ@CLIENTE.EXAMPLE", "b@Peña.pe"], ["987654321", PHONE])
    assert found == Receivers((ADDRESS, "b@xn--pea-8ma.pe"), (PHONE,))
    assert read_receivers([], []) == NOBODY
    with pytest.raises(InvalidDocument) as refused:
        read_receivers(["x", ADDRESS], ["1"])
    faults = refused.value.facts["faults"]
    assert [(each.code, each.path) for each in faults] == [  # type: ignore[attr-defined]  faults of ours
        ("invalid_email", "/options/notify/emails/0"),
        ("invalid_phone", "/options/notify/phones/0"),
    ]
