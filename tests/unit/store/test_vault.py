"""Secrets at rest: only the company they belong to, in the field they belong to, with the key they were sealed with."""

import os
import stat
import time
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from onapi.errors import Conflict, Misconfigured
from onapi.store import Database, data_keys
from onapi.store.acting import acting_for_scope
from onapi.store.ring import LOOK_AGAIN_S, RingFile
from onapi.store.ring_change import add_key, remove_keys
from onapi.store.vault import Vault, make_ring, read_ring
from onapi.values.scope import Environment, Scope

OLD, NEW = b"\x01" * 32, b"\x02" * 32
MINE = Scope(Environment.SANDBOX, "20000000001")
SECRET = "clave SOL, con ñ".encode()


@pytest.fixture
def vault() -> Vault:
    return Vault([OLD])


def test_what_is_sealed_can_be_opened_again(vault: Vault) -> None:
    sealed = vault.seal(MINE, "sol_password", SECRET)
    assert SECRET not in sealed
    assert vault.open(MINE, "sol_password", sealed) == SECRET
    assert vault.seal(MINE, "sol_password", SECRET) != sealed  # never twice the same


@pytest.mark.parametrize(
    ("scope", "field"),
    [
        (Scope(Environment.SANDBOX, "20000000010"), "sol_password"),
        (Scope(Environment.PRODUCTION, "20000000001"), "sol_password"),
        (MINE, "certificate"),
        (MINE, "sol_password\0"),
    ],
)
def test_it_opens_nowhere_else(vault: Vault, scope: Scope, field: str) -> None:
    with pytest.raises(Misconfigured, match="no corresponde"):
        vault.open(scope, field, vault.seal(MINE, "sol_password", SECRET))


def test_no_changed_byte_passes(vault: Vault) -> None:
    sealed = vault.seal(MINE, "sol_password", SECRET)
    for at in range(len(sealed)):
        spoilt = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(Misconfigured):
            vault.open(MINE, "sol_password", spoilt)
    for short in (b"", sealed[:7], sealed[:12], sealed[:20], sealed[:-1], sealed + b"\0"):
        with pytest.raises(Misconfigured):
            vault.open(MINE, "sol_password", short)


def test_a_ring_without_its_key_says_so(vault: Vault) -> None:
    sealed = vault.seal(MINE, "certificate", SECRET)
    with pytest.raises(Misconfigured, match="no tiene la clave"):
        Vault([NEW]).open(MINE, "certificate", sealed)


def test_a_new_key_seals_and_the_old_one_still_opens(vault: Vault) -> None:
    old = vault.seal(MINE, "certificate", SECRET)
    turned = Vault([NEW, OLD])
    assert turned.open(MINE, "certificate", old) == SECRET
    fresh = turned.seal(MINE, "certificate", SECRET)
    assert Vault([NEW]).open(MINE, "certificate", fresh) == SECRET


@pytest.mark.parametrize("keys", [[], [b"short"], [OLD, b"\x00" * 31]])
def test_a_ring_needs_whole_keys(keys: list[bytes]) -> None:
    with pytest.raises(Misconfigured, match="32 bytes"):
        Vault(keys)


def test_a_ring_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "ring"
    make_ring(file)
    first = file.read_bytes()
    make_ring(file)
    assert file.read_bytes() == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_ring(file) == [b64decode(first)]
    assert len(read_ring(file)[0]) == 32


@pytest.fixture
def two(database: Database, tmp_path: Path) -> tuple[Vault, Vault]:
    """Two processes over one database and one ring file."""
    make_ring(tmp_path / "ring")
    return Vault(RingFile(tmp_path / "ring"), database), Vault(RingFile(tmp_path / "ring"), database)


def test_a_company_has_one_data_key_whoever_seals_first(two: tuple[Vault, Vault], database: Database) -> None:
    def seal(n: int) -> bytes:
        with acting_for_scope(MINE):
            return two[n % 2].seal(MINE, "sol_password", SECRET)

    with ThreadPoolExecutor(8) as pool:
        sealed = list(pool.map(seal, range(16)))
    assert all(two[1].open(MINE, "sol_password", each) == SECRET for each in sealed)
    with database.reading() as connection:
        assert sum(data_keys.count_by_master(connection).values()) == 1


def test_an_envelope_opens_nowhere_else(two: tuple[Vault, Vault]) -> None:
    vault, other = two[0], Scope(Environment.SANDBOX, "20000000010")
    sealed, theirs = vault.seal(MINE, "sol_password", SECRET), vault.seal(other, "sol_password", SECRET)
    for scope, field, value in ((other, "sol_password", sealed), (MINE, "sol_password", theirs), (MINE, "x", sealed)):
        with pytest.raises(Misconfigured, match="no corresponde"):
            vault.open(scope, field, value)
    for at in range(len(sealed)):
        with pytest.raises(Misconfigured):
            vault.open(MINE, "sol_password", sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])
    for short in (sealed[:4], sealed[:20], sealed[:33], sealed[:-1]):
        with pytest.raises(Misconfigured):
            vault.open(MINE, "sol_password", short)


def test_a_data_key_moved_to_another_company_opens_nothing(two: tuple[Vault, Vault], database: Database) -> None:
    vault, other = two[0], Scope(Environment.SANDBOX, "20000000010")
    sealed = vault.seal(MINE, "sol_password", SECRET)
    with database.transaction() as connection:
        kept = data_keys.find(connection, MINE)
        assert kept is not None
        data_keys.add(connection, replace(kept, scope=other))
    with pytest.raises(Misconfigured, match="no corresponde"):
        two[1].open(other, "sol_password", sealed)


def test_a_new_master_key_is_noticed_and_what_is_old_still_opens(two: tuple[Vault, Vault], tmp_path: Path) -> None:
    first, second = two
    old = second.seal(MINE, "sol_password", SECRET)
    name = add_key(tmp_path / "ring")
    time.sleep(LOOK_AGAIN_S)
    assert first.ring.newest == second.ring.newest == name
    other = Scope(Environment.SANDBOX, "20000000010")
    assert second.open(other, "x", first.seal(other, "x", SECRET)) == SECRET
    assert second.open(MINE, "sol_password", old) == SECRET


def test_a_name_that_is_not_known_has_the_ring_read_at_once(two: tuple[Vault, Vault], tmp_path: Path) -> None:
    first, second = two
    second.ring.newest  # noqa: B018  it has just looked
    add_key(tmp_path / "ring")
    assert isinstance(first.ring, RingFile)
    first.ring.look()
    assert second.open(MINE, "x", first.seal(MINE, "x", SECRET)) == SECRET


def test_a_value_of_before_opens_beside_the_new_ones(two: tuple[Vault, Vault], tmp_path: Path) -> None:
    old = Vault(read_ring(tmp_path / "ring")).seal(MINE, "sol_password", SECRET)
    assert two[0].open(MINE, "sol_password", old) == SECRET


def test_many_who_add_a_key_at_once_lose_none(tmp_path: Path) -> None:
    file = tmp_path / "ring"
    make_ring(file)
    with ThreadPoolExecutor(4) as pool:
        names = set(pool.map(lambda _: add_key(file), range(12)))
    assert len(read_ring(file)) == 13
    assert names < RingFile(file).names
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_key_goes_only_once_every_process_knows_the_newest(tmp_path: Path) -> None:
    file = tmp_path / "ring"
    make_ring(file)
    old = RingFile(file).newest
    newest = add_key(file)
    with pytest.raises(Conflict):
        remove_keys(file, frozenset({old}))
    long_ago = time.time() - 120
    os.utime(file, (long_ago, long_ago))
    remove_keys(file, frozenset({old, newest}))
    assert RingFile(file).names == {newest}
