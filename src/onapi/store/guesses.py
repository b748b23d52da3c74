"""Who guesses passwords: counts by account, places known to belong to its owner, and buckets by network.

Everything is a digest or a network. A bucket is one moment, the one at which it is full again (the generic cell rate
algorithm): taking from it moves that moment on.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, exists, func, select, text, update

from onapi.store.columns import Instant
from onapi.store.tables import buckets, guessed_accounts, known_places

_MOST_AT_ONCE = 200  # rows that one call forgets


@dataclass(frozen=True, slots=True)
class Guessed:
    """How often strangers have guessed at an account since its owner last came in."""

    guesses: int
    last_at: datetime
    open_at: datetime  # when strangers may try again


@dataclass(frozen=True, slots=True)
class Standing:
    """All that a guess is judged by."""

    is_known: bool  # comes from a place that the account signed in from, and that is trusted still
    guessed: Guessed | None  # what strangers did to the account
    full_at: datetime | None  # when the bucket of the network will be full again


_ACCOUNT = select(guessed_accounts).where(guessed_accounts.c.account == bindparam("of_account"))
_LOCK_ACCOUNT = _ACCOUNT.with_for_update()
_BUCKET = select(buckets.c.full_at).where(buckets.c.bucket == bindparam("of_bucket"))
_TRUSTED = exists().where(
    known_places.c.account == bindparam("of_account"),
    known_places.c.place.in_((bindparam("one_place"), bindparam("other_place"))),
    known_places.c.succeeded_at > bindparam("since"),
    known_places.c.guesses < bindparam("most"),
)
_OF_ACCOUNT = guessed_accounts.c.account == bindparam("of_account")
_STANDING = select(  # one question: a refused guess costs no more than this
    _TRUSTED.label("is_known"),
    *(
        select(column).where(_OF_ACCOUNT).scalar_subquery().label(column.name)
        for column in (guessed_accounts.c.guesses, guessed_accounts.c.last_at, guessed_accounts.c.open_at)
    ),
    _BUCKET.scalar_subquery().label("full_at"),
)
_LOCK_BUCKET = _BUCKET.with_for_update()
_NEW_ACCOUNT = text(
    "INSERT INTO guessed_accounts (account, guesses, last_at, open_at) VALUES (:account, 0, :now, :now)"
    " ON CONFLICT (account) DO NOTHING"
).bindparams(bindparam("now", type_=Instant))
_NEW_BUCKET = text(
    "INSERT INTO buckets (bucket, full_at) VALUES (:bucket, :now) ON CONFLICT (bucket) DO NOTHING"
).bindparams(bindparam("now", type_=Instant))
_COUNT = update(guessed_accounts).where(guessed_accounts.c.account == bindparam("of_account"))
_FILL = update(buckets).where(buckets.c.bucket == bindparam("of_bucket"))
_KNOW = text(
    "INSERT INTO known_places (account, place, guesses, succeeded_at) VALUES (:account, :place, 0, :now)"
    " ON CONFLICT (account, place) DO UPDATE SET guesses = 0, succeeded_at = excluded.succeeded_at"
).bindparams(bindparam("now", type_=Instant))
_HOW_MANY = select(func.count()).select_from(guessed_accounts)
_OLD = {
    known_places: (known_places.c.succeeded_at, (known_places.c.account, known_places.c.place)),
    guessed_accounts: (guessed_accounts.c.last_at, (guessed_accounts.c.account,)),
    buckets: (buckets.c.full_at, (buckets.c.bucket,)),
}


def standing(
    connection: Connection, account: str, bucket: str, places: Collection[str], *, since: datetime, most: int
) -> Standing:
    """How a guess at an account stands that comes from these places, two at most; a look only."""
    one, other = (*places, "", "")[:2]
    asked = {"of_account": account, "of_bucket": bucket, "one_place": one, "other_place": other}
    row = connection.execute(_STANDING, {**asked, "since": since, "most": most}).one()
    guessed = None if row.guesses is None else Guessed(row.guesses, row.last_at, row.open_at)
    return Standing(bool(row.is_known), guessed, row.full_at)


def guessed_of(connection: Connection, account: str) -> Guessed | None:
    """What strangers did to an account."""
    row = connection.execute(_ACCOUNT, {"of_account": account}).one_or_none()
    return Guessed(row.guesses, row.last_at, row.open_at) if row else None


def lock_guessed(connection: Connection, account: str, now: datetime) -> Guessed:
    """The same, held until the transaction ends, so that no two guesses are let through as one."""
    connection.execute(_NEW_ACCOUNT, {"account": account, "now": now})
    row = connection.execute(_LOCK_ACCOUNT, {"of_account": account}).one()
    return Guessed(row.guesses, row.last_at, row.open_at)


def count_guess(connection: Connection, account: str, guessed: Guessed) -> None:
    """Keep what an account has come to."""
    values = {"guesses": guessed.guesses, "last_at": guessed.last_at, "open_at": guessed.open_at}
    connection.execute(_COUNT.values(**values), {"of_account": account})


def forgive(connection: Connection, account: str) -> None:
    """Its owner came in, or was let in: strangers start anew."""
    connection.execute(delete(guessed_accounts).where(guessed_accounts.c.account == account))


def guess_at_place(
    connection: Connection, account: str, places: Collection[str], *, since: datetime, most: int
) -> bool:
    """Count a guess from places that the account signed in from; False if none of them is known, or trusted still."""
    mine = (
        known_places.c.account == account,
        known_places.c.place.in_(places),
        known_places.c.succeeded_at > since,
        known_places.c.guesses < most,
    )
    counted = update(known_places).where(*mine).values(guesses=known_places.c.guesses + 1)
    return connection.execute(counted).rowcount > 0


def know_place(connection: Connection, account: str, place: str, now: datetime) -> None:
    """An account signed in from here."""
    connection.execute(_KNOW, {"account": account, "place": place, "now": now})


def forget_places(connection: Connection, account: str) -> None:
    """No place is known any more: a password was changed because somebody had it."""
    connection.execute(delete(known_places).where(known_places.c.account == account))


def bucket_full_at(connection: Connection, bucket: str) -> datetime | None:
    """When a bucket will be full again; None for one that nobody took from."""
    found: datetime | None = connection.execute(_BUCKET, {"of_bucket": bucket}).scalar_one_or_none()
    return found


def lock_bucket(connection: Connection, bucket: str, now: datetime) -> datetime:
    """The same, held until the transaction ends."""
    connection.execute(_NEW_BUCKET, {"bucket": bucket, "now": now})
    found: datetime = connection.execute(_LOCK_BUCKET, {"of_bucket": bucket}).scalar_one()
    return found


def fill_bucket(connection: Connection, bucket: str, full_at: datetime) -> None:
    """Say when a bucket will be full again."""
    connection.execute(_FILL.values(full_at=full_at), {"of_bucket": bucket})


def forget(connection: Connection, *, guessed_before: datetime, known_before: datetime, full_before: datetime) -> None:
    """Drop some of the rows that mean nothing any more, but none that somebody is at."""
    for table, before in ((known_places, known_before), (guessed_accounts, guessed_before), (buckets, full_before)):
        moment, key = _OLD[table]
        free = select(*key).where(moment < before).limit(_MOST_AT_ONCE).with_for_update(skip_locked=True)
        for row in list(connection.execute(free)):
            same = [column == value for column, value in zip(key, row, strict=True)]
            connection.execute(delete(table).where(moment < before, *same))


def drop_surplus(connection: Connection, most: int) -> int:
    """Where more accounts than so many are counted, drop those with the fewest guesses, the oldest first.

    A fiftieth more is dropped than has to be, so that this is seldom. Gives how many went.
    """
    surplus = connection.execute(_HOW_MANY).scalar_one() - most
    if surplus <= 0:
        return 0
    least = select(guessed_accounts.c.account).order_by(guessed_accounts.c.guesses, guessed_accounts.c.last_at)
    free = list(connection.execute(least.limit(surplus + most // 50).with_for_update(skip_locked=True)).scalars())
    for start in range(0, len(free), _MOST_AT_ONCE):
        some = free[start : start + _MOST_AT_ONCE]
        connection.execute(delete(guessed_accounts).where(guessed_accounts.c.account.in_(some)))
    return len(free)
