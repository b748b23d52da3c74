"""What is heard of messages later; who dies, comes late or sends again; how many a day; what is forgotten and told."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flow_world import RUC, World
from hook_receiver import endpoint, with_receivers
from message_world import (
    ADDRESS,
    BUSY,
    PHONE,
    REFUSED,
    Providers,
    accepted,
    mail,
    news,
    rows,
    seen,
    standings,
    whatsapp,
    with_providers,
)

from onapi.errors import Conflict, NotFound, Throttled
from onapi.flows import hand_over, message
from onapi.flows.forget_messages import forget_messages
from onapi.flows.hand_over import put_back
from onapi.flows.message import log_of, resend
from onapi.flows.message_content import Content
from onapi.flows.message_told import told_message
from onapi.gateways.channels.channel import Handover, Parcel, Standing
from onapi.store import messages as store
from onapi.store.messages import Wanted
from onapi.store.tables import message_budgets, message_moves


def test_news_move_it_forward_and_never_back(here: World, persons: Providers) -> None:
    sent = whatsapp(here, accepted(here))
    here.run()
    heard = [Standing.READ, Standing.DELIVERED, Standing.SENT, Standing.FAILED, Standing.READ]
    assert all(news(here, "whatsapp-cloud.1", each) for each in heard)
    assert standings(here, sent) == ["QUEUED", "SENT", "READ"]
    assert not news(here, "whatsapp-cloud.2", Standing.READ)
    assert not news(here, "whatsapp-cloud.1", Standing.READ, provider="smtp")
    assert len(persons.whatsapp.came) == 1


def test_a_provider_may_fail_what_it_took(here: World, persons: Providers) -> None:
    sent = whatsapp(here, accepted(here))
    here.run()
    news(here, "whatsapp-cloud.1", Standing.FAILED, code="131026", words="Message undeliverable")
    told = seen(here, sent).message
    assert (told.standing, told.code, told.error) == ("FAILED", "131026", "Message undeliverable")
    news(here, "whatsapp-cloud.1", Standing.DELIVERED)  # it did arrive
    assert (seen(here, sent).message.standing, seen(here, sent).message.code) == ("DELIVERED", None)
    assert persons.whatsapp.came


def test_news_that_come_before_our_record_count(here: World, persons: Providers) -> None:
    sent = whatsapp(here, accepted(here))

    def told_at_once(parcel: Parcel) -> Handover:
        assert news(here, "w", Standing.DELIVERED, message_id=parcel.id)
        return Handover(Standing.SENT, "whatsapp-cloud", "w")

    persons.whatsapp.answer = told_at_once
    here.run()
    told = seen(here, sent).message
    assert (told.standing, told.provider_id, told.next_action_at) == ("DELIVERED", "w", None)
    assert standings(here, sent) == ["QUEUED", "DELIVERED", "DELIVERED"]


def test_what_arrived_is_not_sent_again_though_we_did_not_know(here: World, persons: Providers) -> None:
    sent = whatsapp(here, accepted(here))
    persons.whatsapp.answers(replace(BUSY, provider="whatsapp-cloud"))
    here.step()
    news(here, "", Standing.SENT, message_id=sent.id)
    here.run()
    assert (seen(here, sent).message.standing, len(persons.whatsapp.came)) == ("SENT", 1)


def test_two_attempts_never_run_at_once(here: World, persons: Providers) -> None:
    """The engine may do a piece of work twice at a time: the second waits until the first is surely dead."""
    sent = mail(here, accepted(here))
    ((_, work),) = here.waiting()

    def meanwhile(_: Parcel) -> Handover:
        came = len(persons.email.came)
        hand_over.hand_over(here.platform, work)
        assert len(persons.email.came) == came
        return Handover(Standing.SENT, "smtp", "q")

    persons.email.answer = meanwhile
    here.run()
    assert (seen(here, sent).message.standing, len(persons.email.came)) == ("SENT", 1)


def test_who_dies_after_the_providers_yes_leaves_it_to_another_under_the_same_mark(
    here: World, persons: Providers, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = mail(here, accepted(here))
    begun = here.clock()
    with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
        patch.setattr(hand_over, "conclude", _die)
        here.step()
    assert (len(persons.email.came), seen(here, sent).message.standing) == (1, "QUEUED")
    here.run()
    assert [parcel.id for parcel in persons.email.came] == [sent.id] * 2
    assert (seen(here, sent).message.standing, seen(here, sent).message.attempts) == ("SENT", 2)
    assert here.clock() - begun >= timedelta(seconds=95)


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def test_who_comes_back_after_another_began_adds_only_the_yes(here: World, persons: Providers) -> None:
    sent = mail(here, accepted(here))
    with here.platform.database.transaction() as connection:
        first = store.begin(connection, sent.scope, sent, here.clock(), here.clock() + timedelta(seconds=95))
    here.clock.forward(100)
    with here.platform.database.transaction() as connection:
        second = store.begin(connection, sent.scope, sent, here.clock(), here.clock() + timedelta(seconds=95))
    hand_over.conclude(here.platform, first, Content(to=(ADDRESS,)), BUSY)
    assert seen(here, sent).message.trying_until == second.trying_until
    hand_over.conclude(here.platform, first, Content(to=(ADDRESS,)), Handover(Standing.SENT, "smtp", "one"))
    hand_over.conclude(here.platform, second, Content(to=(ADDRESS,)), REFUSED)
    assert seen(here, sent).message.standing == "FAILED"  # the provider's later word; only arrival outweighs it
    here.run()
    assert persons.email.came == []


def test_lost_work_is_put_back(here: World, persons: Providers) -> None:
    sent = mail(here, accepted(here))
    here.drop(here.waiting()[0][1])
    assert put_back(here.platform) == 0  # it is not late yet
    here.clock.forward(61)
    assert (put_back(here.platform), put_back(here.platform)) == (1, 0)
    here.run()
    assert (seen(here, sent).message.standing, len(persons.email.came)) == ("SENT", 1)


def test_a_companys_budget_of_the_day_is_its_own(here: World) -> None:
    persons = with_providers(here, budgets={"email": 3, "whatsapp": 1})
    issued = accepted(here)
    mail(here, issued, ADDRESS, cc=("b@c.pe",))
    with pytest.raises(Throttled) as refused:
        mail(here, issued, ADDRESS, "b@c.pe")
    assert refused.value.key == "rate_limited"
    assert 0 < refused.value.facts["retry_after_s"] <= 86_400  # type: ignore[operator]  a number
    assert "2026-11-21T00:00:00-05:00" in str(refused.value)
    mail(here, issued)
    whatsapp(here, issued)
    here.run()
    assert (len(persons.email.came), len(persons.whatsapp.came), len(rows(here))) == (2, 1, 3)
    here.clock.forward(float(str(refused.value.facts["retry_after_s"])))
    mail(here, issued)
    assert [row.used for row in rows(here, message_budgets)] == [3, 1, 1]


def test_it_is_sent_again_as_one_of_its_own(here: World, persons: Providers) -> None:
    sent = mail(here, accepted(here), text="Hola")
    with pytest.raises(Conflict):
        resend(here.platform, seen(here, sent))
    here.run()
    again = resend(here.platform, seen(here, sent), "k")
    assert resend(here.platform, seen(here, sent), "k").id == again.id
    here.run()
    assert [parcel.id for parcel in persons.email.came] == [sent.id, again.id]
    assert persons.email.came[1].text == persons.email.came[0].text
    assert seen(here, again).message.resend_of == sent.id


def test_receivers_and_words_are_sealed_and_forgotten(here: World, persons: Providers) -> None:
    sent = mail(here, accepted(here), text="palabras privadas")
    here.run()
    waiting = whatsapp(here, accepted(here))
    assert forget_messages(here.platform) == 0
    text = str(rows(here)) + str(rows(here, message_moves))
    assert "a•••@cliente.example" in text
    assert all(secret not in text for secret in (ADDRESS, "privadas", "987654321"))
    here.clock.forward(timedelta(days=31).total_seconds())
    assert forget_messages(here.platform) == 1
    told = seen(here, sent)
    assert (told.content, told_message(told)["to"]) == (None, ["a•••@cliente.example"])
    with pytest.raises(NotFound) as gone:
        resend(here.platform, told)
    assert gone.value.key == "message_not_found"
    assert told_message(seen(here, waiting))["phone"] == PHONE
    assert len(persons.email.came) == 1


def test_they_are_listed_newest_first(here: World, persons: Providers) -> None:
    one, other = accepted(here), accepted(here)
    found = [mail(here, one), whatsapp(here, one), mail(here, other)]
    here.run()
    scope = here.platform.scope(RUC)

    def listed(most: int = 9, **wanted: Any) -> list[str]:
        return [told.message.id for told in log_of(here.platform, scope, Wanted(**wanted), most)]

    ids = [each.id for each in found]
    assert listed() == ids[::-1]
    of_one = {"doctype": "01", "series": "F001", "number": one.document.receipt.number}
    assert listed(**of_one) == [ids[1], ids[0]]
    assert (listed(series="F001"), listed(doctype="03")) == (ids[::-1], [])
    assert listed(channel="whatsapp") == [ids[1]]
    assert (listed(standing="SENT"), listed(standing="READ")) == (ids[::-1], [])
    assert (listed(2), listed(2, before=ids[1])) == (ids[:0:-1], ids[:1])
    assert persons.email.came
    with pytest.raises(NotFound):
        message.find(here.platform, {"20000000010"}, ids[0])


def test_subscribers_hear_of_each_standing_and_not_of_whom_it_went_to(here: World, persons: Providers) -> None:
    receivers = with_receivers(here)
    endpoint(here, "https://a.ejemplo.pe/hook", "message.updated")
    sent = whatsapp(here, accepted(here))
    here.run()
    news(here, "whatsapp-cloud.1", Standing.READ)
    here.run()
    told = [json.loads(call.body) for call in receivers.came["https://a.ejemplo.pe/hook"]]
    assert [(each["type"], each["data"]["messageId"]) for each in told] == [("message.updated", sent.id)] * 2
    assert [each["data"]["status"] for each in told] == ["SENT", "READ"]
    assert {each["data"]["phone"] for each in told} == {"+51•••••4321"}
    assert persons.whatsapp.came
