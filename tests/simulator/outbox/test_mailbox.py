"""A mail that goes to the sandbox's mailbox is read back whole; and the mailbox misbehaves when it is asked to."""

import smtplib
import ssl
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from onapi.simulator.letter import read_letter
from onapi.simulator.receivers import receivers

PDF = bytes(range(256)) * 41 + b"\r\n.\r\n..\n\r"
XML = "<a>Ñandú señor\r\n.\r\n</a>".encode("iso-8859-1")


def mail(to: str = "compras@cliente.example", subject: str = "Factura F001-123 de Ñandú S.A.C.") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Bodega Ñandú <ventas@bodega.example>"
    message["To"] = f"José Peña <{to}>"
    message["Subject"] = subject
    message["Message-ID"] = "<0a9c8f7e@bodega.example>"
    message.set_content("Señor: su factura.\n.\n..fin ✓\n")
    message.add_alternative("<p>Señor: su <b>factura</b> ✓</p>", subtype="html")
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename="20000000001-01-F001-123.pdf")
    message.add_attachment(XML, maintype="application", subtype="xml", filename="Ñandú «1».xml")
    return message


def test_a_mail_is_read_back_whole(sandbox: Any) -> None:
    with sandbox.smtp() as smtp:
        assert smtp.send_message(mail(), to_addrs=["compras@cliente.example", "oculto@cliente.example"]) == {}
    found = sandbox.one(sandbox.box(to="oculto@")[0]["id"])
    assert found["to"] == ["compras@cliente.example", "oculto@cliente.example"]
    assert (found["channel"], found["status"], found["from"]) == ("email", "delivered", "ventas@bodega.example")
    assert found["headers"]["From"] == "Bodega Ñandú <ventas@bodega.example>"
    assert found["subject"] == found["headers"]["Subject"] == "Factura F001-123 de Ñandú S.A.C."
    assert found["providerId"] == "<0a9c8f7e@bodega.example>"
    assert found["text"].splitlines() == ["Señor: su factura.", ".", "..fin ✓"]
    assert found["html"].strip() == "<p>Señor: su <b>factura</b> ✓</p>"
    assert [each["name"] for each in found["files"]] == ["20000000001-01-F001-123.pdf", "Ñandú «1».xml"]
    assert [sandbox.file(found["id"], place) for place in (1, 2)] == [PDF, XML]


def test_what_came_is_kept_letter_by_letter(sandbox: Any) -> None:
    sent = mail("letra@cliente.example").as_bytes(policy=policy.SMTP)
    with sandbox.smtp() as smtp:
        smtp.sendmail("ventas@bodega.example", ["letra@cliente.example"], sent)
    answer = sandbox.http.get(f"/_simulator/outbox/{sandbox.box(to='letra@')[0]['id']}/raw")
    assert answer.headers["content-type"] == "message/rfc822"
    assert answer.content == sent
    assert [each.content for each in read_letter(answer.content).files] == [PDF, XML]


def test_a_mail_by_starttls_and_login_with_the_simulators_own_authority(sandbox: Any) -> None:
    trusted = ssl.create_default_context(cadata=sandbox.http.get("/_simulator/tls-ca.pem").text)
    with sandbox.smtp() as smtp:
        smtp.starttls(context=trusted)
        smtp.login("tienda", "cualquiera")
        smtp.send_message(mail("tls@cliente.example"))
    details = sandbox.box(to="tls@")[0]["details"]
    assert (details["tls"], details["login"]) == (True, "tienda")


def test_an_unknown_authority_is_not_believed(sandbox: Any) -> None:
    with sandbox.smtp() as smtp, pytest.raises(ssl.SSLCertVerificationError):
        smtp.starttls(context=ssl.create_default_context())


def test_the_wrong_password_is_refused(sandbox: Any) -> None:
    with sandbox.smtp() as smtp, pytest.raises(smtplib.SMTPAuthenticationError) as refused:
        smtp.login("tienda", "clave-mala")
    assert refused.value.smtp_code == 535


def test_an_address_with_accents_is_taken(sandbox: Any) -> None:
    with sandbox.smtp() as smtp:
        smtp.send_message(mail("peña@ñandú.example"))
    assert sandbox.box(to="peña@ñandú")[0]["to"] == ["peña@ñandú.example"]


def test_a_mail_that_is_too_big_is_refused_before_it_comes(sandbox: Any) -> None:
    with sandbox.smtp() as smtp:
        smtp.ehlo()
        code, _ = smtp.mail("a@b.example", [f"SIZE={26 * 1024 * 1024}"])
    assert code == 552


def test_forty_at_once_are_forty(sandbox: Any) -> None:
    def send(turn: int) -> None:
        with sandbox.smtp() as smtp:
            smtp.send_message(mail(f"muchos-{turn}@cliente.example", f"Número {turn}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(40)))
    found = sandbox.box(to="muchos-", limit=200)
    assert sorted(each["subject"] for each in found) == sorted(f"Número {turn}" for turn in range(40))
    assert len({each["id"] for each in found}) == 40
    assert {each["files"][0]["sha256"] for each in found} == {found[0]["files"][0]["sha256"]}


def test_the_box_survives_a_restart(tmp_path: Path, run: Callable[..., Any]) -> None:
    ledger = tmp_path / "simulator.sqlite3"
    with run(ledger) as sandbox:
        with sandbox.smtp() as smtp:
            smtp.send_message(mail())
        before = sandbox.one(1)
    with run(ledger) as sandbox:
        assert sandbox.one(1) == before
        assert sandbox.file(1) == PDF
        assert sandbox.http.delete("/_simulator/outbox").json() == {"removed": 1}
        with sandbox.smtp() as smtp:
            smtp.send_message(mail())
        assert [each["id"] for each in sandbox.box()] == [2]  # a number is never given twice


RCPT = [each for each in receivers() if each.moment == "rcpt"]


@pytest.mark.parametrize("magic", RCPT, ids=lambda each: each.who)
def test_a_magic_receiver_is_refused_as_the_table_says(sandbox: Any, magic: Any) -> None:
    to = f"{magic.who}+algo@refusals.example"
    tries = 2 if magic.count == "*" else int(magic.count)
    for _ in range(tries):
        with sandbox.smtp() as smtp, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            smtp.send_message(mail(to))
        code, words = refused.value.recipients[to]
        assert f"{code} {words.decode()}" == magic.answer
    if magic.count != "*":
        with sandbox.smtp() as smtp:
            assert smtp.send_message(mail(to)) == {}
    assert len(sandbox.box(to=to)) == (0 if magic.count == "*" else 1)


@pytest.mark.parametrize(("who", "code"), [("spam", 554), ("grande", 552)])
def test_a_mail_is_refused_for_what_is_in_it(sandbox: Any, who: str, code: int) -> None:
    with sandbox.smtp() as smtp, pytest.raises(smtplib.SMTPDataError) as refused:
        smtp.send_message(mail(f"{who}@cliente.example"))
    assert refused.value.smtp_code == code
    assert sandbox.box(to=who) == []


def test_of_two_receivers_one_is_refused(sandbox: Any) -> None:
    with sandbox.smtp() as smtp:
        refused = smtp.send_message(mail(), to_addrs=["uno@dos.example", "no-existe@dos.example"])
    assert list(refused) == ["no-existe@dos.example"]
    assert sandbox.box(to="@dos.example")[0]["to"] == ["uno@dos.example"]


@pytest.mark.parametrize(("who", "kept"), [("corta", [0, 1]), ("pierde", [1, 2])])
def test_the_connection_breaks_once(sandbox: Any, who: str, kept: list[int]) -> None:
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)), sandbox.smtp() as smtp:
        smtp.send_message(mail(f"{who}@cliente.example"))
    assert len(sandbox.box(to=who)) == kept[0]
    with sandbox.smtp() as smtp:
        smtp.send_message(mail(f"{who}@cliente.example"))
    assert len(sandbox.box(to=who)) == kept[1]


def test_faults_strike_mail_when_they_are_asked_to_and_only_then(sandbox: Any) -> None:
    def sent() -> int:
        with sandbox.smtp() as smtp:
            try:
                smtp.send_message(mail("falla@cliente.example"))
            except smtplib.SMTPResponseException as error:
                return error.smtp_code
        return 250

    wishes = [{"fault": "F09", "count": "*"}, {"fault": "F08/403", "operation": "mail"}]
    sandbox.http.put("/_simulator/faults", json=wishes)
    assert [sent(), sent()] == [554, 250]
    sandbox.http.put("/_simulator/faults", json=[{"fault": "F09", "operation": "mail", "name": "falla@*"}])
    assert [sent(), sent()] == [451, 250]
    sandbox.http.put("/_simulator/faults", json=[{"fault": "F01", "seconds": 0.4, "operation": "mail"}])
    begun = time.monotonic()
    assert sent() == 250
    assert time.monotonic() - begun >= 0.4
    sandbox.http.put("/_simulator/faults", json=[{"fault": "F36", "operation": "mail"}])
    before = len(sandbox.box(to="falla@", limit=200))
    assert sent() == 250
    assert len(sandbox.box(to="falla@", limit=200)) == before + 2
    sandbox.http.delete("/_simulator/faults")


GARBAGE = [
    b"",
    b"no headers at all",
    b"Subject: =?utf-8?B?////?=\r\n\r\nx",
    b"Content-Type: multipart/mixed\r\n\r\nno boundary",
    b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: message/rfc822\n\nSubject: in\n\nx\n--a--",
    b"From: <<<@>>\r\nTo: \xff\xfe\r\nContent-Type: text/plain; charset=no-such\r\n\r\n\xff\xfe",
    b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!",
    b"Content-Disposition: attachment; filename*=utf-8''%ff%fe\r\n\r\nx",
    b"Message-ID: <\x00>\r\nSubject: " + b"a" * 900 + b"\r\n\r\n" + b"\x00" * 100,
]


@pytest.mark.parametrize("raw", GARBAGE, ids=range(len(GARBAGE)))
def test_a_mail_that_is_badly_made_is_kept_as_it_is(sandbox: Any, raw: bytes) -> None:
    with sandbox.smtp() as smtp:
        smtp.sendmail("a@b.example", ["basura@cliente.example"], raw)
    found = sandbox.box(to="basura@")[0]
    assert sandbox.one(found["id"])["id"] == found["id"]
    assert all(isinstance(sandbox.file(found["id"], each["n"]), bytes) for each in found["files"])
