"""Messages to persons: taken once, handed over until somebody takes them, and what is wrong is said before."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flow_world import RUC, World
from message_world import (
    ADDRESS,
    BUSY,
    PHONE,
    REFUSED,
    Providers,
    accepted,
    mail,
    rows,
    seen,
    standings,
    whatsapp,
)

from onapi.errors import Conflict, InvalidDocument, Misconfigured, NotFound
from onapi.flows.message import EMAIL, Wish, ask
from onapi.flows.message_content import Content, Qr
from onapi.flows.message_told import told_message
from onapi.gateways.channels.channel import Handover, Standing
from onapi.store.tables import message_moves


def test_a_mail_goes_out_with_its_files(here: World, persons: Providers) -> None:
    issued = accepted(here)
    sent = mail(here, issued, ADDRESS, "otro@cliente.example", subject="Su factura", text="Gracias")
    assert (sent.standing, sent.provider, here.waiting()[0][1].key.split(":")[0]) == ("QUEUED", "smtp", "msg")
    here.run()
    (parcel,) = persons.email.came
    name = issued.document.receipt.file_name
    assert (parcel.id, parcel.to, parcel.subject) == (sent.id, (ADDRESS, "otro@cliente.example"), "Su factura")
    assert [paper.name for paper in parcel.files] == [f"{name}.pdf", f"{name}.xml", f"R-{name}.zip"]
    assert [paper.content[:4] for paper in parcel.files] == [b"%PDF", b"<?xm", b"PK\x03\x04"]
    assert "Gracias" in parcel.text
    told = seen(here, sent)
    assert (told.message.standing, told.message.provider_id, told.message.attempts) == ("SENT", "smtp.1", 1)
    assert standings(here, sent) == ["QUEUED", "SENT"]
    assert rows(here)[0].next_action_at is None


def test_what_says_nothing_says_our_words(here: World, persons: Providers) -> None:
    issued = accepted(here)
    whatsapp(here, issued)
    here.run()
    (parcel,) = persons.whatsapp.came
    assert parcel.to == (PHONE,)
    assert issued.document.receipt.label in parcel.text
    assert [paper.media_type for paper in parcel.files] == ["application/pdf"]


def test_a_qr_goes_as_a_picture(here: World, persons: Providers) -> None:
    issued = accepted(here)
    content = Content(to=("987654321",), qr=Qr(issued.document.qr or "", 300))
    ask(here.platform, here.platform.scope(RUC), Wish("whatsapp", issued.document.receipt, content, ("qr",)))
    here.run()
    (paper,) = persons.whatsapp.came[0].files
    assert (paper.name, paper.content[:8]) == (f"{issued.document.receipt.file_name}-qr.png", b"\x89PNG\r\n\x1a\n")
    assert persons.whatsapp.came[0].to == (PHONE,)


def test_links_stand_in_place_of_files(here: World, persons: Providers) -> None:
    issued = accepted(here)
    content = Content(to=(PHONE,), links=("https://a.pe/x",))
    ask(here.platform, here.platform.scope(RUC), Wish("whatsapp", issued.document.receipt, content))
    here.run()
    assert persons.whatsapp.came[0].files == ()
    assert "https://a.pe/x" in persons.whatsapp.came[0].text


def test_only_what_sunat_accepted_goes_unless_forced(here: World, persons: Providers) -> None:
    issued = here.issue()
    with pytest.raises(Conflict) as refused:
        mail(here, issued)
    assert (refused.value.key, rows(here)) == ("document_not_final", [])
    wish = Wish(EMAIL, issued.document.receipt, Content(to=(ADDRESS,)), ("pdf", "cdr"), force=True)
    assert ask(here.platform, here.platform.scope(RUC), wish).files == ("pdf",)
    with pytest.raises(NotFound) as missing:
        ask(here.platform, here.platform.scope(RUC), replace(wish, files=("cdr",)))
    assert missing.value.key == "cdr_not_available"
    here.run()
    assert len(persons.email.came) == 1


def test_what_sunat_rejected_does_not_go(here: World, persons: Providers) -> None:
    issued = here.issue()
    here.arm({"fault": "F12", "value": "2335", "name": issued.document.receipt.file_name})
    here.run()
    with pytest.raises(Conflict):
        whatsapp(here, issued)
    assert persons.whatsapp.came == []


WRONG: tuple[tuple[dict[str, Any], list[tuple[str, str]]], ...] = (
    ({"to": ()}, [("required", "/to")]),
    ({"to": ("ana", "a@b")}, [("invalid_email", "/to/0"), ("invalid_email", "/to/1")]),
    ({"to": (ADDRESS,), "cc": ("x@y.z\r\nBcc: w@v.pe",)}, [("invalid_email", "/cc/0")]),
    ({"to": (ADDRESS,), "bcc": ("",)}, [("invalid_email", "/bcc/0")]),
    ({"to": (ADDRESS,), "reply_to": "nadie"}, [("invalid_email", "/replyTo")]),
    ({"to": (ADDRESS,), "subject": "a\nBcc: w@v.pe"}, [("invalid_text", "/subject")]),
    ({"to": (ADDRESS,), "subject": "a" * 201}, [("string_too_long", "/subject")]),
    ({"to": (ADDRESS,), "text": "a\x00b"}, [("invalid_text", "/message")]),
    ({"to": (ADDRESS,), "text": "a" * 5001}, [("string_too_long", "/message")]),
    ({"to": tuple(f"a{n}@b.pe" for n in range(21))}, [("too_many", "/to")]),
)


@pytest.mark.parametrize(("parts", "wanted"), WRONG, ids=str)
def test_what_is_wrong_is_named_and_nothing_is_kept(
    here: World, persons: Providers, parts: dict[str, Any], wanted: list[tuple[str, str]]
) -> None:
    issued = accepted(here)
    with pytest.raises(InvalidDocument) as refused:
        ask(here.platform, here.platform.scope(RUC), Wish(EMAIL, issued.document.receipt, Content(**parts)))
    assert [(fault.code, fault.path) for fault in refused.value.facts["faults"]] == wanted  # type: ignore[attr-defined]  faults of ours
    assert (rows(here), persons.email.came) == ([], [])


@pytest.mark.parametrize(
    "phone", ["", "12345", "0987654321", "+0987654321", "+51 987654321", "٩٨٧٦٥٤٣٢١", "x", PHONE * 2]
)
def test_what_is_no_phone_is_refused(here: World, persons: Providers, phone: str) -> None:
    issued = accepted(here)
    with pytest.raises(InvalidDocument) as refused:
        whatsapp(here, issued, phone)
    (fault,) = refused.value.facts["faults"]  # type: ignore[misc]  faults of ours
    assert (fault.code, fault.path, persons.whatsapp.came) == ("invalid_phone", "/phone", [])


def test_who_is_named_twice_gets_it_once(here: World, persons: Providers) -> None:
    issued = accepted(here)
    mail(here, issued, ADDRESS, ADDRESS.upper(), cc=(ADDRESS, "b@c.pe"), bcc=("B@c.pe",))
    here.run()
    parcel = persons.email.came[0]
    assert (parcel.to, parcel.cc, parcel.bcc) == ((ADDRESS,), ("b@c.pe",), ())


def test_the_customers_own_address_is_the_usual_one(here: World, persons: Providers) -> None:
    client = {
        "tipoDoc": "6",
        "numDoc": "20000000010",
        "rznSocial": "CLIENTE DE PRUEBA",
        "email": "compras@cliente.example",
    }
    issued = accepted(here, client=client)
    ask(here.platform, here.platform.scope(RUC), Wish(EMAIL, issued.document.receipt, Content(to=())))
    here.run()
    assert persons.email.came[0].to == ("compras@cliente.example",)


def test_without_a_channel_nothing_is_taken(here: World, persons: Providers) -> None:
    issued = accepted(here)
    persons.missing = {"email"}
    with pytest.raises(Misconfigured) as refused:
        mail(here, issued)
    assert (refused.value.key, rows(here)) == ("provider_not_configured", [])


def test_a_channel_that_goes_away_is_waited_for(here: World, persons: Providers) -> None:
    sent = mail(here, accepted(here))
    persons.missing = {"email"}
    here.step()
    told = seen(here, sent).message
    assert (told.standing, told.code, told.attempts) == ("QUEUED", "provider_not_configured", 1)
    persons.missing = set()
    here.run()
    assert seen(here, sent).message.standing == "SENT"


def test_who_asks_again_with_a_key_gets_the_same(here: World, persons: Providers) -> None:
    issued = accepted(here)
    first = mail(here, issued, key="k")
    here.run()
    again = mail(here, issued, key="k")
    assert (again.id, again.standing) == (first.id, "SENT")
    here.run()
    assert len(persons.email.came) == 1


def test_it_is_tried_for_a_day_and_then_given_up(here: World, persons: Providers) -> None:
    issued = accepted(here)
    begun = here.clock()
    persons.email.answers(BUSY)
    sent = mail(here, issued)
    here.run()
    told = seen(here, sent).message
    assert (told.standing, told.code, told.next_action_at) == ("FAILED", "421", None)
    assert len({parcel.id for parcel in persons.email.came}) == 1
    assert told.attempts == len(persons.email.came) > 10
    assert timedelta(hours=20) < here.clock() - begun <= timedelta(hours=24)


def test_it_goes_when_the_provider_is_back(here: World, persons: Providers) -> None:
    persons.email.answers(BUSY, replace(BUSY, wait_s=3000), Handover(Standing.SENT, "smtp", "q"))
    sent = mail(here, accepted(here))
    begun = here.clock()
    here.run()
    assert standings(here, sent) == ["QUEUED", "QUEUED", "QUEUED", "SENT"]
    assert here.clock() - begun >= timedelta(seconds=3000)
    assert (seen(here, sent).message.code, seen(here, sent).message.error) == (None, None)


def test_a_refusal_is_final_and_says_why_without_the_address(here: World, persons: Providers) -> None:
    persons.email.answers(REFUSED)
    sent = mail(here, accepted(here))
    here.run()
    told = seen(here, sent)
    assert (told.message.standing, told.message.code, len(persons.email.came)) == ("FAILED", "550", 1)
    assert told.message.error == "5.1.1 <a•••@cliente.example> is nobody here"
    assert ADDRESS not in str(rows(here, message_moves))


def test_those_that_were_not_taken_are_named(here: World, persons: Providers) -> None:
    persons.email.answers(Handover(Standing.SENT, "smtp", "q", "550", "one is nobody", refused=("b@c.pe",)))
    sent = mail(here, accepted(here), ADDRESS, "b@c.pe")
    here.run()
    told = told_message(seen(here, sent))
    assert (told["status"], told["refused"], told["error"]["code"]) == ("SENT", ["b@c.pe"], "some_refused")
