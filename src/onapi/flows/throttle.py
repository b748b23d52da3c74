"""How often passwords may be guessed (reliability 5.3), kept in the database, so that every process counts alike.

Strangers wait 1, 2, 4 … 900 s between guesses at one account, and get 100 of them until its owner comes in. Places
that the account once signed in from (a device with our cookie, an address) do not wait: guesses of strangers never
keep the owner out. They have 20 guesses of their own, then they are strangers too. A network has a bucket.
A guess is counted before the password is looked at, so that many at once are not let through as one.

Names that nobody has are counted like those of users, or the difference would tell who exists. So that invented names
do not pile up, whoever adds to the counts clears away what is over, and there is a most: beyond it the accounts with
the fewest guesses are forgotten, whoever has them. To have one guess forgotten, a million others must be looked at:
hours of all that two threads can hash.
"""

import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from onapi.errors import Throttled
from onapi.flows.platform import Platform
from onapi.flows.visitor import Visitor, digest
from onapi.store import guesses
from onapi.store.guesses import Guessed

MOST_GUESSES = 100  # of strangers, between two good passwords (NIST SP 800-63B-4, 3.2.2)
WINDOW = timedelta(days=30)  # that long after the last guess counted, strangers start anew
MOST_DELAY_S = 900
PLACE_LIFE = timedelta(days=90)
PLACE_GUESSES = 20
MOST_ACCOUNTS = 1_000_000  # that are counted at one time
SELDOM = 256  # one guess in so many looks whether there are more


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, then one every so often."""

    at_once: int
    every: timedelta

    def wait(self, full_at: datetime | None, now: datetime) -> timedelta:
        """How long until the bucket gives one; nothing or less if it does now."""
        return (full_at or now) - now - self.every * (self.at_once - 1)

    def taken(self, full_at: datetime, now: datetime) -> datetime:
        """When it will be full again after one was taken."""
        return max(full_at, now) + self.every


LOGINS = Rate(20, timedelta(seconds=3))  # of strangers, for each network
RENEWALS = Rate(30, timedelta(seconds=1))  # with tokens that nobody has, for each network
LINKS = Rate(30, timedelta(seconds=1))  # that we never gave, for each network
OWN_PASSWORD = Rate(10, timedelta(hours=8))  # said again by whoever is signed in: a hundred in thirty days
ROTATIONS = Rate(60, timedelta(seconds=10))  # for each session


@dataclass(frozen=True, slots=True)
class Admission:
    """Leave to have one password looked at."""

    account: str
    is_known: bool  # from a place the account signed in from
    bucket: str


def account_of(client_id: str, username: str) -> str:
    """The digest of a name, whether anybody has it or not."""
    return digest(f"{client_id}\0{username.lower()}")


def admit(platform: Platform, account: str, visitor: Visitor) -> Admission:
    """Let one guess through, or raise Throttled; a refused one costs a look at the database and nothing else."""
    now, bucket = platform.clock(), f"login {visitor.network}"
    since, places = now - PLACE_LIFE, visitor.places
    with platform.database.reading() as connection:
        found = guesses.standing(connection, account, bucket, places, since=since, most=PLACE_GUESSES)
    if not found.is_known:
        _refuse(found.guessed, found.full_at, now)
    with platform.database.transaction() as connection:
        if found.is_known and guesses.guess_at_place(connection, account, places, since=since, most=PLACE_GUESSES):
            return Admission(account, is_known=True, bucket=bucket)
        _count_stranger(connection, account, bucket, now)
        forget_old(connection, now)
    return Admission(account, is_known=False, bucket=bucket)


def succeed(connection: Connection, admission: Admission, visitor: Visitor, now: datetime) -> None:
    """The password was right: strangers start anew, and this place is known from now on."""
    guesses.forgive(connection, admission.account)
    for place in visitor.places:
        guesses.know_place(connection, admission.account, place, now)
    if not admission.is_known:
        full_at = guesses.lock_bucket(connection, admission.bucket, now)
        guesses.fill_bucket(connection, admission.bucket, max(now, full_at - LOGINS.every))


def blocked(wait: timedelta) -> Throttled:
    """What a caller is told; the same for names that exist and names that do not."""
    seconds = _seconds(wait)
    sentence = f"Demasiados intentos de inicio de sesión; vuelva a intentarlo en {seconds} s."
    return Throttled(sentence, key="login_blocked", retry_after_s=seconds)


def limit(platform: Platform, bucket: str, rate: Rate, told: Callable[[timedelta], Throttled] = blocked) -> None:
    """Take one from a bucket; Throttled if it is empty, which costs a look at the database and nothing else."""
    now = platform.clock()
    with platform.database.reading() as connection:
        full_at = guesses.bucket_full_at(connection, bucket)
    if (wait := rate.wait(full_at, now)) > timedelta(0):
        raise told(wait)
    with platform.database.transaction() as connection:
        take(connection, bucket, rate, now, told)


def take(
    connection: Connection, bucket: str, rate: Rate, now: datetime, told: Callable[[timedelta], Throttled] = blocked
) -> None:
    """The same, in a transaction that is open."""
    full_at = guesses.lock_bucket(connection, bucket, now)
    if (wait := rate.wait(full_at, now)) > timedelta(0):
        raise told(wait)
    guesses.fill_bucket(connection, bucket, rate.taken(full_at, now))


def slow_down(wait: timedelta) -> Throttled:
    """What is told to a network that tries one link after the other."""
    seconds = _seconds(wait)
    return Throttled(f"Demasiados enlaces que no existen; vuelva a intentarlo en {seconds} s.", retry_after_s=seconds)


def forget_old(connection: Connection, now: datetime) -> None:
    """Drop what counts no more, and now and then what is too much."""
    guesses.forget(connection, guessed_before=now - WINDOW, known_before=now - PLACE_LIFE, full_before=now)
    if secrets.randbelow(SELDOM) == 0:
        guesses.drop_surplus(connection, MOST_ACCOUNTS)


def _count_stranger(connection: Connection, account: str, bucket: str, now: datetime) -> None:
    """Count a guess in both places, or in neither."""
    guessed = guesses.lock_guessed(connection, account, now)
    full_at = guesses.lock_bucket(connection, bucket, now)
    _refuse(guessed, full_at, now)
    count = 1 if now - guessed.last_at > WINDOW else guessed.guesses + 1
    open_at = now + timedelta(seconds=min(2 ** (count - 1), MOST_DELAY_S))
    guesses.count_guess(connection, account, Guessed(count, now, open_at))
    guesses.fill_bucket(connection, bucket, LOGINS.taken(full_at, now))


def _refuse(guessed: Guessed | None, full_at: datetime | None, now: datetime) -> None:
    wait = max(_account_wait(guessed, now), LOGINS.wait(full_at, now))
    if wait > timedelta(0):
        raise blocked(wait)


def _account_wait(guessed: Guessed | None, now: datetime) -> timedelta:
    if guessed is None or now - guessed.last_at > WINDOW:
        return timedelta(0)
    if guessed.guesses >= MOST_GUESSES:
        return guessed.last_at + WINDOW - now + timedelta(seconds=1)
    return guessed.open_at - now


def _seconds(wait: timedelta) -> int:
    return max(1, math.ceil(wait / timedelta(seconds=1)))
