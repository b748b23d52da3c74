"""E-mail by SMTP: one message handed to one server, and what the server made of it.

TLS from the start, STARTTLS, or none at all where the server is this machine or a setting allows it; certificates are
always checked, and where STARTTLS is asked for nothing is said without it. A server that a company names must be of
the public internet. 2xx is SENT; 4xx, silence and broken lines are QUEUED: the message goes again under the same
Message-ID; 5xx is FAILED. What the server says is kept, short and without anything secret.
"""

import base64
import smtplib
import ssl
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from onapi.gateways.channels.channel import Handover, Parcel, Standing
from onapi.gateways.channels.mime import Heads, message_id, written
from onapi.gateways.channels.smtp_answer import (
    PROVIDER,
    SLOW,
    UNREADABLE,
    as_bytes,
    ended,
    is_good,
    is_lasting,
    told_by,
    too_big,
    trouble_of,
    unless_good,
)
from onapi.gateways.channels.smtp_line import Line, Wire, Words, connected, system_trust
from onapi.gateways.egress import Resolve, resolve, within
from onapi.gateways.egress_address import is_loopback, is_public
from onapi.values.contact import read_email
from onapi.values.one_line import one_line

WITHIN_S = 30.0
MOST_BYTES = 25 * 1024 * 1024  # of the whole message, as it is sent
MOST_RECEIVERS = 100
_MOST_TARGETS = 3  # addresses of one name that are tried
_NO_NAME = "No se encontró la dirección del servidor de correo (DNS)."
_NOT_PUBLIC = "El servidor de correo no es de la red pública."
_PLAIN = "El servidor de correo es de otra máquina: pide TLS o STARTTLS."
_NO_LINE = "No hubo conexión con el servidor de correo."
_NO_TLS = "El servidor de correo no ofrece STARTTLS."
_CUT = "La conexión con el servidor de correo se cortó."
_NO_SIGN_IN = "El servidor de correo no ofrece una autenticación conocida (PLAIN o LOGIN)."
_NOBODY = "Ninguna dirección es válida."
_NO_SENDER = "La dirección del remitente no es válida."


class Security(StrEnum):
    """How the line is kept from others."""

    TLS = "tls"  # from the start
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MailAccount:
    """A mail server and who sends through it."""

    host: str
    port: int
    security: Security
    sender: str  # address
    sender_name: str = ""
    reply_to: str = ""
    user: str = ""  # "": it asks for none
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Reach:
    """Which servers may be talked to."""

    local: bool = False  # this machine and its network too
    plain: bool = False  # without TLS, also beyond this machine


PUBLIC = Reach()


@dataclass(frozen=True, slots=True)
class _Letter:
    """A message ready for the line."""

    identity: str
    receivers: tuple[str, ...]
    content: bytes = field(repr=False)

    @property
    def provider_id(self) -> str:
        """As its head names it."""
        return f"<{self.identity}>"


class EmailChannel:
    """Hands messages to one server; its methods may be called from any thread."""

    name = "email"
    provider = PROVIDER

    def __init__(
        self,
        account: MailAccount,
        clock: Callable[[], datetime],
        reach: Reach = PUBLIC,
        *,
        resolve: Resolve = resolve,
        trust: ssl.SSLContext | None = None,
        within_s: float = WITHIN_S,
    ) -> None:
        self.account, self.reach = account, reach
        self._clock, self._resolve, self._given_trust, self._within_s = clock, resolve, trust, within_s

    def send(self, parcel: Parcel) -> Handover:
        """Hand it over once; never raises."""
        deadline = time.monotonic() + self._within_s
        letter, misspelt = self._letter(parcel)
        if isinstance(letter, Handover):
            return letter
        targets = self._targets(deadline)
        if isinstance(targets, str):
            lasting = targets in {_NOT_PUBLIC, _PLAIN}
            return ended(Standing.FAILED if lasting else Standing.QUEUED, targets)
        told = self._handed(letter, targets, deadline)
        done = replace(told, refused=(*misspelt, *told.refused), words=self._without_secrets(told.words))
        return replace(done, provider_id=letter.provider_id) if done.standing is Standing.SENT else done

    def _letter(self, parcel: Parcel) -> tuple[_Letter | Handover, tuple[str, ...]]:
        """What goes over the line, and the receivers whose address is none."""
        sender = read_email(self.account.sender)
        if sender is None:
            return ended(Standing.FAILED, _NO_SENDER), ()
        places = {name: _known(getattr(parcel, name)) for name in ("to", "cc", "bcc")}
        misspelt = tuple(x for each in ("to", "cc", "bcc") for x in getattr(parcel, each) if read_email(x) is None)
        receivers = tuple(dict.fromkeys(x for each in places.values() for x in each))[:MOST_RECEIVERS]
        if not receivers:
            return replace(ended(Standing.FAILED, _NOBODY), refused=misspelt), ()
        answers_to = read_email(parcel.reply_to) or read_email(self.account.reply_to) or ""
        spelt = replace(parcel, to=places["to"], cc=places["cc"], bcc=places["bcc"], reply_to=answers_to)
        identity = message_id(parcel, sender.rpartition("@")[2])
        heads = Heads(sender, self.account.sender_name, answers_to, self._clock())
        content = written(spelt, heads, identity)
        if len(content) > MOST_BYTES:
            return too_big(len(content), MOST_BYTES), ()
        return _Letter(identity, receivers, content), misspelt

    def _targets(self, deadline: float) -> list[str] | str:
        """The addresses to connect to, or why there are none."""
        found = within(lambda: list(self._resolve(self.account.host, self.account.port)), deadline)
        if not found:
            return SLOW if found is None else _NO_NAME
        if not self.reach.local and not all(is_public(each) for each in found):
            return _NOT_PUBLIC
        is_here = all(is_loopback(each) for each in found)
        if self.account.security is Security.NONE and not (is_here or self.reach.plain):
            return _PLAIN
        return list(dict.fromkeys(found))[:_MOST_TARGETS]

    def _handed(self, letter: _Letter, targets: Iterable[str], deadline: float) -> Handover:
        trouble = _NO_LINE
        for target in targets:
            try:
                wire = self._wire(target, deadline)
            except (OSError, ValueError) as error:
                trouble = trouble_of(error, _NO_LINE)
                continue
            return self._talked(wire, letter)
        return ended(Standing.QUEUED, trouble)

    def _wire(self, target: str, deadline: float) -> Wire:
        trust = self._trust if self.account.security is Security.TLS else None
        return connected(target, self.account.port, deadline, trust=trust, name=self.account.host)

    def _talked(self, wire: Wire, letter: _Letter) -> Handover:
        line = Line(wire, self.account.sender.rpartition("@")[2])
        try:
            for step in (self._greeted, self._sealed, self._signed_in):
                if (end := step(line)) is not None:
                    return end
            done = self._given(line, letter)
            with suppress(OSError):
                line.putcmd("QUIT")  # nobody waits for what it says to that
        except smtplib.SMTPResponseException:
            return ended(Standing.QUEUED, UNREADABLE)
        except (OSError, ValueError) as error:
            return ended(Standing.QUEUED, trouble_of(error, _CUT))
        finally:
            line.close()
        return done

    def _greeted(self, line: Line) -> Handover | None:
        said = line.greeting()
        return unless_good(said) or unless_good(line.hello())

    def _sealed(self, line: Line) -> Handover | None:
        if self.account.security is not Security.STARTTLS:
            return None
        if not line.has_extn("starttls"):
            return ended(Standing.QUEUED, _NO_TLS)
        return unless_good(line.seal(self._trust, self.account.host)) or unless_good(line.hello())

    def _signed_in(self, line: Line) -> Handover | None:
        if not self.account.user:
            return None
        said = line.sign_in(self.account.user, self.account.password)
        return ended(Standing.FAILED, _NO_SIGN_IN) if said is None else unless_good(said)

    def _given(self, line: Line, letter: _Letter) -> Handover:
        """MAIL, RCPT for each, DATA."""
        room = line.esmtp_features.get("size", "")
        if room.isascii() and room.isdigit() and 0 < int(room) < len(letter.content):
            return too_big(len(letter.content), int(room))
        if (end := unless_good(line.mail(self.account.sender, _of_mail(line, letter)))) is not None:
            return end
        answers = {each: _asked(line, each) for each in letter.receivers}
        refused = {each: said for each, said in answers.items() if not is_good(said)}
        if len(refused) == len(answers):
            passing = next((said for said in refused.values() if not is_lasting(said)), None)
            return replace(told_by(passing or next(iter(refused.values()))), refused=tuple(refused))
        try:
            said = line.data(letter.content)
        except smtplib.SMTPDataError as error:  # it did not want to hear the message
            said = error.smtp_code if error.smtp_code >= 400 else -1, as_bytes(error.smtp_error)  # noqa: PLR2004  SMTP's
        if not is_good(said):
            return replace(told_by(said), refused=tuple(refused))
        why = told_by(next(iter(refused.values()), said))
        return replace(why, standing=Standing.SENT, refused=tuple(refused))

    def _without_secrets(self, text: str) -> str:
        """Servers repeat what they were told, a password too."""
        secret = self.account.password
        if not secret:
            return text
        pair = f"\0{self.account.user}\0{secret}"
        for each in (secret, _base64(secret), _base64(pair)):
            text = text.replace(one_line(each), "[…]") if one_line(each) else text
        return text

    @property
    def _trust(self) -> ssl.SSLContext:
        return self._given_trust or system_trust()


def _known(boxes: Iterable[str]) -> tuple[str, ...]:
    """Those that are addresses, each once, in one spelling."""
    return tuple(dict.fromkeys(found for each in boxes if (found := read_email(each)) is not None))


def _of_mail(line: Line, letter: _Letter) -> list[str]:
    """What MAIL says beside the sender: the size, and that a bounce names the message."""
    options = [f"SIZE={len(letter.content)}"] if line.has_extn("size") else []
    if line.has_extn("dsn"):
        options += ["RET=HDRS", f"ENVID={_xtext(letter.identity)}"]
    return options


def _asked(line: Line, receiver: str) -> Words:
    wants = ["NOTIFY=FAILURE,DELAY", f"ORCPT=rfc822;{_xtext(receiver)}"]
    return line.rcpt(receiver, wants if line.has_extn("dsn") else [])


def _xtext(text: str) -> str:
    """As RFC 3461 writes what a command repeats."""
    return "".join(x if "!" <= x <= "~" and x not in "+=" else f"+{ord(x):02X}" for x in text)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
