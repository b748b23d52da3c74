"""A user's own password, changed by himself: whoever is signed in says the old one once more."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from onapi.errors import InvalidDocument, NotFound
from onapi.flows import passwords, throttle
from onapi.flows.act import act
from onapi.flows.platform import Platform
from onapi.flows.users import names_of
from onapi.flows.visitor import Visitor
from onapi.rules.rule import Fault
from onapi.store import credentials, guesses, sessions
from onapi.store.credentials import Credential


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants another password, from where, and in which session he says so."""

    credential_id: str
    session_id: str  # goes on; all others end
    visitor: Visitor
    current: str = field(repr=False)
    new: str = field(repr=False)


def change_own(platform: Platform, wish: Wish) -> int:
    """Give oneself another password; gives how many other sessions ended. InvalidDocument says what does not fit.

    A stolen session is no way to the password: the old one may be said wrongly ten times, then thrice a day.
    """
    with platform.database.reading() as connection:
        was = credentials.find_by_id(connection, wish.credential_id)
    if was is None:
        raise NotFound("No hay ningún usuario así.", key="user_not_found")
    bucket = f"password {was.id}"
    throttle.limit(platform, bucket, throttle.OWN_PASSWORD)
    if not passwords.verify(wish.current, was.password_hash):
        raise _wrong()
    _refuse_weak(was, wish.new, names_of(platform, was.rucs))
    return _keep(platform, wish, was, passwords.hash_of(wish.new), bucket)


def _keep(platform: Platform, wish: Wish, was: Credential, password_hash: str, bucket: str) -> int:
    """Keep it, end the other sessions, and forget every place but this one. All in one transaction."""
    now, account = platform.clock(), throttle.account_of(was.client_id, was.username)
    with platform.database.transaction() as connection:
        found = credentials.find_by_id(connection, was.id)
        if found is None or found.password_hash != was.password_hash:  # changed a moment ago
            raise _wrong()
        credentials.keep(connection, replace(found, password_hash=password_hash), now)
        act(platform, connection, "own_password_changed", was.id)
        ended = sessions.end_others(connection, was.id, wish.session_id, "password", now)
        session_id, address = wish.session_id or None, wish.visitor.address
        sessions.note(connection, "password_changed", now, credential_id=was.id, session_id=session_id, address=address)
        guesses.forget_places(connection, account)
        for place in wish.visitor.places:
            guesses.know_place(connection, account, place, now)
        guesses.fill_bucket(connection, bucket, now)
    return ended


def _refuse_weak(was: Credential, new: str, companies: Sequence[str]) -> None:
    if problem := passwords.trouble(new, username=was.username, rucs=was.rucs, companies=companies):
        fault = Fault("weak_password", "/new", problem)
        raise InvalidDocument(problem, key="validation_failed", faults=(fault,))


def _wrong() -> InvalidDocument:
    sentence = "La contraseña actual no es la que se indicó."
    return InvalidDocument(sentence, key="validation_failed", faults=(Fault("wrong_password", "/current", sentence),))
