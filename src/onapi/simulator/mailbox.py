"""The sandbox's mailbox: a real SMTP server that takes every mail and keeps it, and misbehaves when it is asked to.

It takes mail with and without a login, with and without STARTTLS. Any user is let in, but for one wrong password.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from starlette.concurrency import run_in_threadpool

from onapi.simulator.acts.connections import reset
from onapi.simulator.faults import Asked, Mishap, Moment, Plan
from onapi.simulator.letter import read_letter
from onapi.simulator.outbox import MAIL, Message, Outbox
from onapi.simulator.receivers import Counts, arm, magic_mailbox

MOST_BYTES: Final = 25 * 1024 * 1024  # of one mail, as the great providers have it
WRONG_PASSWORD: Final = "clave-mala"  # noqa: S105  published: whoever logs in with it is not let in
_NAME: Final = "buzon.simulador.invalid"
_IDENT: Final = "OnAPI buzon de pruebas"
_MOST_RECEIVERS: Final = 100
_SNIPPET: Final = 2_000  # characters
_LONGEST_WAIT_S: Final = 900.0
_BIND_TRIES: Final = 20
_TRY_EACH_S: Final = 0.1
_CUT_S: Final = 0.05  # what follows finds no connection any more
_TAKEN: Final = "250 2.0.0 OK"
_CLOSED: Final = "421 4.3.0 Closing connection"  # nobody hears it: the connection is cut
_CUTS: Final = frozenset({"drop", "cut", "sip", "scatter", "hold"})
_SAYS: Final = frozenset({"reply", "say"})
_TOO_MANY: Final = 429
_BROKEN: Final = 500


@dataclass(frozen=True, slots=True)
class Mailbox:
    """What an SMTP connection leads to; its `handle_` methods are called by the library's server."""

    outbox: Outbox
    plan: Plan
    clock: Callable[[], datetime]
    counts: Counts

    async def handle_RCPT(  # noqa: N802  the library's own spelling
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _: list[str]
    ) -> str:
        """Take a receiver or turn him away."""
        del session
        receiver = magic_mailbox(address)
        if receiver and receiver.moment == "rcpt":
            if self.counts.turns_away(receiver, str(envelope.mail_from), address.lower()):
                _close_after(server, receiver.answer)
                return receiver.answer
        elif len(envelope.rcpt_tos) >= _MOST_RECEIVERS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return _TAKEN

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  as above
        """Take a mail, or do what its receivers or the plan of faults want."""
        magic = [receiver for each in envelope.rcpt_tos if (receiver := magic_mailbox(each))]
        for each in envelope.rcpt_tos:
            arm(self.plan, magic_mailbox(each), each.lower())
        if refusal := next((each.answer for each in magic if each.moment == "data" and each.answer), ""):
            return refusal
        for mishap in self._befall(session, envelope, Moment.BEFORE):
            if ended := await _suffer(server, mishap):
                return ended
            if mishap.act == "again":
                await run_in_threadpool(self._keep, session, envelope)
        await run_in_threadpool(self._keep, session, envelope)
        for mishap in self._befall(session, envelope, Moment.AFTER):
            if ended := await _suffer(server, mishap):
                return ended
        return _TAKEN

    def _befall(self, session: Session, envelope: Envelope, moment: Moment) -> list[Mishap]:
        """What the plan has for each of the receivers."""
        peer = str(session.peer[0]) if session.peer else ""
        asked = [Asked("mail", ip=peer, name=each.lower()) for each in dict.fromkeys(envelope.rcpt_tos)]
        return [mishap for each in asked for mishap in self.plan.take(each, moment)]

    def _keep(self, session: Session, envelope: Envelope) -> None:
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content or "").encode("utf-8", "replace")
        letter = read_letter(raw)
        message = Message(
            MAIL,
            MAIL,
            self.clock(),
            str(envelope.mail_from or ""),
            tuple(envelope.rcpt_tos),
            letter.subject,
            (letter.text or letter.html)[:_SNIPPET],
            letter.message_id,
            told={"tls": session.ssl is not None, "login": _login(session), "helo": str(session.host_name or "")},
        )
        self.outbox.put(message, raw, [(each.enclosure, "") for each in letter.files])


def _login(session: Session) -> str:
    found = session.auth_data
    return found.decode("utf-8", "replace") if isinstance(found, bytes) else ""


def _close_after(server: SMTP, answer: str) -> None:
    """A server that says 421 hangs up."""
    transport = server.transport
    if answer.startswith("421") and transport is not None:
        asyncio.get_running_loop().call_later(0.05, transport.close)


async def _suffer(server: SMTP, mishap: Mishap) -> str:
    """Let a fault happen; what the server says in place of taking the mail, "" if it goes on."""
    if mishap.act in {"wait", "hold"}:
        await asyncio.sleep(min(mishap.number("seconds"), _LONGEST_WAIT_S))
    if mishap.act in _CUTS:
        reset(cast("asyncio.Transport", server.transport))
        await asyncio.sleep(_CUT_S)
        return _CLOSED
    if mishap.act in _SAYS:
        status = mishap.number("status")
        is_passing = mishap.act == "say" or status == _TOO_MANY or status >= _BROKEN
        return "451 4.3.0 Local error, try again later" if is_passing else "554 5.7.1 Refused"
    return ""


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: Any) -> AuthResult:  # noqa: ANN401  the library's own
    """Let anyone in who does not use the wrong password."""
    del server, session, envelope, mechanism
    if not isinstance(login, LoginPassword) or login.password == WRONG_PASSWORD.encode():
        return AuthResult(success=False, handled=False)
    return AuthResult(success=True, auth_data=login.login)


@asynccontextmanager
async def open_mailbox(mailbox: Mailbox, port: int, tls: ssl.SSLContext) -> AsyncIterator[tuple[str, int] | None]:
    """Listen on a port of this machine, 0 for any that is free; gives the address, None where another holds it.

    Without its mailbox the simulator is still SUNAT: so a port that is taken is told, and nothing else stops.
    """
    log = logging.getLogger("mail.log")  # the library's
    log.setLevel(logging.ERROR)  # its warnings hold what clients said
    sock = await _listening(port)
    if sock is None:
        log.error("El puerto %d está ocupado: no hay buzón. Elija otro con ONAPI_SIMULATOR_SMTP_PORT.", port)
        yield None
        return
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _protocol(mailbox, tls, loop), sock=sock)
    try:
        yield sock.getsockname()[:2]
    finally:
        server.close()


def _protocol(mailbox: Mailbox, tls: ssl.SSLContext, loop: asyncio.AbstractEventLoop) -> SMTP:
    return SMTP(
        mailbox,
        data_size_limit=MOST_BYTES,
        enable_SMTPUTF8=True,
        hostname=_NAME,
        ident=_IDENT,
        tls_context=tls,
        auth_require_tls=False,
        authenticator=_authenticate,
        loop=loop,
    )


async def _listening(port: int) -> socket.socket | None:
    """A socket on the port; one still held by a process that is ending is waited for."""
    for _ in range(_BIND_TRIES):
        with suppress(OSError):
            return socket.create_server(("127.0.0.1", port))
        await asyncio.sleep(_TRY_EACH_S)
    return None
