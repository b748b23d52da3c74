"""Master keys: a new one while everything runs on, and the end of an old one once nothing needs it.

`rotate` puts a new key at the head of the ring and seals every data key again, a few at a time, each in a short
transaction. Other processes notice the new ring within a second; until then the old key opens everything. A rotation
that was left half way is gone on with by the next one, and no further key is made.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from onapi.errors import Conflict, Misconfigured
from onapi.flows.act import act
from onapi.flows.platform import Platform
from onapi.store import data_keys, sealed
from onapi.store.acting import acting_for_all
from onapi.store.ring import NAME_BYTES, Ring, RingFile
from onapi.store.ring_change import add_key, remove_keys
from onapi.store.sealed import Sealed
from onapi.store.vault import shown

_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did."""

    is_new: bool  # False: an earlier one was finished
    key: str  # the name of the newest master key
    data_keys: int
    values: int  # from before there were data keys: sealed by a master key itself


@dataclass(frozen=True, slots=True)
class Key:
    """A master key, by its name, and how much it still seals."""

    name: str
    is_newest: bool
    data_keys: int
    values: int


@acting_for_all("master keys seal the data keys of all companies")
def rotate(platform: Platform, *, after_each: Callable[[int], None] = lambda _: None) -> Rotation:
    """Make a new master key and seal every data key with it; `after_each` is told how many are done so far."""
    ring = _ring(platform)
    is_new = not _is_unfinished(platform)
    if is_new:
        add_key(ring.file)
        ring.look()
    values = _enveloped(platform, after_each)
    many = _resealed(platform, after_each)
    _note(platform, "master_key_rotated", shown(ring.newest), data_keys=many, values=values)
    return Rotation(is_new, shown(ring.newest), many, values)


@acting_for_all("master keys seal the data keys of all companies")
def keys(platform: Platform) -> list[Key]:
    """The master keys of the ring, the newest first, and any that is missing from it though something needs it."""
    ring = _ring(platform)
    ring.look()
    with platform.database.reading() as connection:
        used = data_keys.count_by_master(connection)
    direct = Counter(shown(each.value[:NAME_BYTES]) for each in _direct(platform))
    newest = shown(ring.newest)
    names = {shown(name) for name in ring.names} | set(used) | set(direct)
    ordered = sorted(names, key=lambda name: (name != newest, name))
    return [Key(name, name == newest, used.get(name, 0), direct[name]) for name in ordered]


@acting_for_all("master keys seal the data keys of all companies")
def retire(platform: Platform) -> list[str]:
    """Take every old master key out of the ring; Conflict while something needs one of them. Gives their names."""
    ring = _ring(platform)
    old = [each for each in keys(platform) if not each.is_newest]
    if needed := [each for each in old if each.data_keys or each.values]:
        many = sum(each.data_keys + each.values for each in needed)
        sentence = f"{many} secretos necesitan todavía una clave antigua; termine antes con `onapi keys rotate`."
        raise Conflict(sentence, key="in_progress")
    if old:
        remove_keys(ring.file, frozenset(bytes.fromhex(each.name) for each in old))
        ring.look()
        _note(platform, "master_keys_retired", shown(ring.newest), gone=[each.name for each in old])
    return [each.name for each in old]


def _note(platform: Platform, what: str, key: str, **facts: object) -> None:
    with platform.database.transaction() as connection:
        act(platform, connection, what, key, None, **facts)


def _ring(platform: Platform) -> RingFile:
    ring = platform.vault.ring
    if isinstance(ring, Ring):
        raise Misconfigured("El llavero no está en un archivo: no se puede cambiar desde aquí.")
    return ring


def _is_unfinished(platform: Platform) -> bool:
    return any(each.data_keys + each.values for each in keys(platform) if not each.is_newest)


def _resealed(platform: Platform, after_each: Callable[[int], None]) -> int:
    """Every data key that another master key has sealed, sealed again."""
    newest, done = shown(_ring(platform).newest), 0
    while True:
        with platform.database.reading() as connection:
            found = data_keys.sealed_by_others(connection, newest, most=_AT_ONCE)
        if not found:
            return done
        pairs = [(each, platform.vault.resealed(each)) for each in found]
        with platform.database.transaction() as connection:
            done += sum(data_keys.reseal(connection, was, now) for was, now in pairs)
        after_each(done)


def _enveloped(platform: Platform, after_each: Callable[[int], None]) -> int:
    """Every value that a master key has sealed itself, sealed with its company's data key."""
    done = 0
    for found in _direct(platform):
        scope = found.scope
        now = platform.vault.seal(scope, found.name, platform.vault.open(scope, found.name, found.value))
        with platform.database.transaction() as connection:
            done += sealed.reseal(connection, found, now)
        after_each(done)
    return done


def _direct(platform: Platform) -> Iterator[Sealed]:
    """Every value that a master key has sealed itself, read a few at a time."""
    for place in sealed.PLACES:
        after: tuple[Any, ...] = ()
        while True:
            with platform.database.reading() as connection:
                found = sealed.page(connection, place, after, most=_AT_ONCE)
            yield from found
            if len(found) < _AT_ONCE:
                break
            after = found[-1].key
