"""Users: created, changed, disabled, reset. Whatever takes something from a user ends his sessions.

`within` are the companies of the administrator who asks; None is the owner of the platform, at its command line. An
administrator reaches users who act for his companies and for no others: whoever acts for one more is out of reach,
for his password would open that one too.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from onapi.errors import Conflict, Forbidden, InvalidDocument, NotFound
from onapi.facts.roles import DEFAULT, roles, scopes_of
from onapi.flows import passwords, throttle
from onapi.flows.act import act
from onapi.flows.platform import Platform
from onapi.rules.rule import Fault
from onapi.store import companies, credentials, guesses, sessions
from onapi.store.credentials import Credential
from onapi.values.identity import is_ruc

Within = Collection[str] | None
_MOST_NAME = 254


@dataclass(frozen=True, slots=True)
class Kept:
    """A user as kept, and his password if it was made here: it is shown once and kept by nobody."""

    credential: Credential
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be changed of a user; None leaves it as it is."""

    role: str | None = None
    rucs: tuple[str, ...] | None = None
    password: str | None = field(default=None, repr=False)  # "" asks for a new random one
    disabled: bool | None = None


def all_users(platform: Platform, client_id: str, within: Within = None) -> Sequence[Credential]:
    """Users that may be reached, by name."""
    with platform.database.reading() as connection:
        return credentials.all_within(connection, client_id, within)


def find(platform: Platform, client_id: str, username: str) -> Credential:
    """A user by name; NotFound if nobody has it."""
    with platform.database.reading() as connection:
        found = credentials.find_by_name(connection, client_id, username)
    if found is None:
        raise _nobody()
    return found


def events_of(platform: Platform, credential_id: str) -> Sequence[tuple[datetime, str, str | None]]:
    """What happened to a user's sessions, the newest first: moment, event, session."""
    with platform.database.reading() as connection:
        return sessions.events_of(connection, credential_id)


def create(
    platform: Platform,
    client_id: str,
    username: str,
    rucs: Collection[str],
    *,
    role: str = DEFAULT,
    password: str = "",
    within: Within = None,
) -> Kept:
    """A new user; without a password he is given a random one."""
    _refuse_name(username)
    _refuse_role(role)
    _refuse_rucs(rucs, within)
    chosen, made = _password(platform, username, rucs, password)
    new = Credential(
        platform.new_id(), client_id, username.lower(), passwords.hash_of(chosen), scopes_of(role),
        tuple(sorted(set(rucs))), disabled=False, role=role,
    )  # fmt: skip
    with platform.database.transaction() as connection:
        if credentials.find_login(connection, client_id, username) is not None:
            raise Conflict("Ya hay un usuario con ese nombre.", key="user_already_exists")
        credentials.keep(connection, new, platform.clock())
        _note(platform, connection, "user_created", new)
    return Kept(new, made)


def change(
    platform: Platform, credential_id: str, what: Change, client_id: str | None = None, within: Within = None
) -> Kept:
    """Change a user; NotFound for one out of reach. His sessions end, unless he was only given more."""
    was = _reached(platform, credential_id, client_id, within)
    if what.role is not None:
        _refuse_role(what.role)
    if what.rucs is not None:
        _refuse_rucs(what.rucs, within)
    rucs = was.rucs if what.rucs is None else tuple(sorted(set(what.rucs)))
    changed = replace(was, rucs=rucs)
    if what.role is not None:
        changed = replace(changed, role=what.role, scopes=scopes_of(what.role))
    if what.disabled is not None:
        changed = replace(changed, disabled=what.disabled)
    made = ""
    if what.password is not None:
        chosen, made = _password(platform, was.username, rucs, what.password)
        changed = replace(changed, password_hash=passwords.hash_of(chosen))
    _keep(platform, was, changed)
    return Kept(changed, made)


def reset(platform: Platform, client_id: str, username: str, password: str = "") -> Kept:
    """Let a user in again: a new password, no known places, no counted guesses, no open sessions."""
    was = find(platform, client_id, username)
    account = throttle.account_of(client_id, username)
    kept = change(platform, was.id, Change(password=password))
    with platform.database.transaction() as connection:
        guesses.forgive(connection, account)
        guesses.forget_places(connection, account)
        sessions.note(connection, "reset", platform.clock(), credential_id=was.id, session_id=None, address="")
    return kept


def _keep(platform: Platform, was: Credential, changed: Credential) -> None:
    """Keep it, and end what no longer holds. Both in one transaction: nobody slips in between."""
    now = platform.clock()
    with platform.database.transaction() as connection:
        credentials.keep(connection, changed, now)
        is_new = changed.password_hash != was.password_hash
        _note(platform, connection, "user_changed", changed, new_password=is_new)
        if reason := _ends(was, changed):
            sessions.end_all(connection, was.id, reason, now)
            sessions.note(connection, f"ended_{reason}", now, credential_id=was.id, session_id=None, address="")
        if is_new:
            guesses.forget_places(connection, throttle.account_of(was.client_id, was.username))


def _note(platform: Platform, connection: Connection, what: str, user: Credential, **facts: object) -> None:
    scope = platform.scope(user.rucs[0]) if len(user.rucs) == 1 else None
    facts |= {"role": user.role, "rucs": list(user.rucs), "disabled": user.disabled}
    act(platform, connection, what, user.id, scope, **facts)


def _ends(was: Credential, changed: Credential) -> str:
    """Why his sessions end, "" if he was only given more."""
    if changed.password_hash != was.password_hash:
        return "password"
    if changed.disabled:
        return "disabled"
    lost = set(was.rucs) - set(changed.rucs) or set(was.scopes) - set(changed.scopes)
    return "access" if lost else ""


def _reached(platform: Platform, credential_id: str, client_id: str | None, within: Within) -> Credential:
    with platform.database.reading() as connection:
        found = credentials.find_by_id(connection, credential_id)
    if found is None or client_id not in {None, found.client_id}:
        raise _nobody()
    if within is not None and not (found.rucs and set(found.rucs) <= set(within)):
        raise _nobody()
    return found


def _password(platform: Platform, username: str, rucs: Collection[str], given: str) -> tuple[str, str]:
    """The password to keep, and the same again if it was made here."""
    if not given:
        made = passwords.generated()
        return made, made
    passwords.refuse_weak(given, username=username, rucs=rucs, companies=names_of(platform, rucs))
    return given, ""


def names_of(platform: Platform, rucs: Collection[str]) -> list[str]:
    """What companies call themselves: no part of a password of theirs."""
    with platform.database.reading() as connection:
        found = [companies.find(connection, platform.scope(ruc)) for ruc in rucs]
    return [name for each in found if each for name in (each.party.name, each.party.trade_name) if name]


def _refuse_name(username: str) -> None:
    if not 1 <= len(username) <= _MOST_NAME or not username.isprintable() or any(sign.isspace() for sign in username):
        raise _wrong("/username", f"El usuario tiene de 1 a {_MOST_NAME} caracteres, sin espacios.")


def _refuse_role(role: str) -> None:
    if role not in roles():
        raise _wrong("/role", f"El rol es uno de: {', '.join(roles())}.")


def _refuse_rucs(rucs: Collection[str], within: Within) -> None:
    if not rucs:
        raise _wrong("/rucs", "El usuario necesita al menos un RUC.")
    for ruc in rucs:
        if within is not None and ruc not in within:
            raise Forbidden(f"La credencial no puede actuar por el RUC {ruc}.", key="ruc_not_allowed")
        if not is_ruc(ruc):
            raise _wrong("/rucs", f"El RUC {ruc[:20]} no es válido.")


def _wrong(pointer: str, sentence: str) -> InvalidDocument:
    return InvalidDocument(sentence, key="validation_failed", faults=(Fault("invalid_value", pointer, sentence),))


def _nobody() -> NotFound:
    return NotFound("No hay ningún usuario así.", key="user_not_found")
