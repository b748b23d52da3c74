"""`options.notify`: whom a receipt is told as soon as SUNAT accepts it.

Who is to be told is kept with the document, sealed. In the transaction in which it becomes accepted or observed each of
them becomes a message under the id that it had: once, whatever dies meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

from onapi.engine import Kind, Work
from onapi.errors import InvalidDocument, Misconfigured
from onapi.facts.codes import Outcome
from onapi.flows.message import GIVE_UP, keep, work_of
from onapi.flows.message_check import read_all
from onapi.flows.message_content import EMAIL, WHATSAPP, Content, masks, seal
from onapi.flows.platform import Platform
from onapi.lifecycle import State
from onapi.store import notices
from onapi.store.messages import Message
from onapi.store.notices import Notice
from onapi.store.submissions import Submission
from onapi.values.contact import read_email, read_phone
from onapi.values.scope import Scope

_FILES = {EMAIL: ("pdf", "xml", "cdr"), WHATSAPP: ("pdf",)}
_AT_ONCE = 20  # pieces of work put one by one; of more messages, one piece of work puts the others
_TAKEN = frozenset({Outcome.ACCEPTED, Outcome.OBSERVED})


@dataclass(frozen=True, slots=True)
class Receivers:
    """Who is to be told, each in one spelling and once."""

    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


NOBODY: Final = Receivers()


def read_receivers(emails: Sequence[str], phones: Sequence[str], field: str = "/options/notify") -> Receivers:
    """What the sender asks for; InvalidDocument names every contact that is none."""
    good_emails, faults = read_all(read_email, emails, f"{field}/emails")
    good_phones, more = read_all(read_phone, phones, f"{field}/phones")
    if faults := [*faults, *more]:
        raise InvalidDocument("La petición tiene datos no válidos.", key="validation_failed", faults=tuple(faults))
    return Receivers(tuple(good_emails), tuple(good_phones))


def sealed(platform: Platform, scope: Scope, receivers: Receivers, page: str = "A4") -> list[Notice]:
    """Those of a document that is still to be made, which is written in later; not inside a transaction."""
    wanted = [(EMAIL, each) for each in receivers.emails] + [(WHATSAPP, each) for each in receivers.phones]
    found, now = list[Notice](), platform.clock()
    for channel, contact in wanted:
        name, content = platform.new_id(), Content(to=(contact,), page=page)
        kept = seal(platform, scope, name, content)
        found.append(Notice(name, "", channel, _FILES[channel], masks(content), kept, now))
    return found


def warnings(platform: Platform, scope: Scope, receivers: Receivers) -> tuple[dict[str, str], ...]:
    """What stands in the way of telling them; the receipt is taken all the same."""
    found = list[dict[str, str]]()
    for channel, contacts, field in ((EMAIL, receivers.emails, "emails"), (WHATSAPP, receivers.phones, "phones")):
        if not contacts:
            continue
        try:
            platform.messaging.channel_of(platform, scope, channel)
        except Misconfigured as error:
            words = f"{error} El comprobante se tomó igual; se avisará si el canal se configura en un día."
            found.append({"code": error.key, "message": words, "field": f"/options/notify/{field}"})
    return tuple(found)


def keep_notices(connection: Connection, scope: Scope, document_id: str, found: Sequence[Notice]) -> None:
    """Keep them with their document."""
    if found:
        notices.add(connection, scope, [replace(each, document_id=document_id) for each in found])


def notify_moves(platform: Platform, connection: Connection, pairs: Sequence[tuple[Submission, Submission]]) -> None:
    """Have those told whose receipt was accepted just now; of one that was rejected they are forgotten.

    Documents of one company, each as it was and as it is. Call `platform.queue.open()` before the transaction begins.
    """
    over = [moved for was, moved in pairs if moved.state == State.SETTLED and moved.outcome]
    if not over:
        return
    scope, taken = over[0].scope, {each.document_id for each in over if each.outcome in _TAKEN}
    found = notices.take(connection, scope, [each.document_id for each in over])
    made = [_made(platform, scope, each) for each in found if each.document_id in taken]
    for message in made:
        keep(platform, connection, message)
    _put(platform, connection, scope, made)


def _made(platform: Platform, scope: Scope, notice: Notice) -> Message:
    now = platform.clock()
    return Message(
        id=notice.id,
        scope=scope,
        document_id=notice.document_id,
        channel=notice.channel,
        files=notice.files,
        masked=notice.masked,
        content=notice.content,
        created_at=now,
        give_up_at=now + GIVE_UP,
        updated_at=now,
        next_action_at=now,
        counted=False,  # at its first attempt: nothing may hinder the verdict
    )


def _put(platform: Platform, connection: Connection, scope: Scope, made: Sequence[Message]) -> None:
    if len(made) > _AT_ONCE:
        environment, ruc = scope.environment, scope.ruc
        platform.queue.put(
            connection, Work(f"msgs:{environment}:{ruc}:{made[0].id}", environment, ruc, "", 0, Kind.MESSAGE)
        )
        return
    for message in made:
        platform.queue.put(connection, work_of(message))
