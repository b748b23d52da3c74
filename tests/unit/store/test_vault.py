"""Secrets at rest: only the company they belong to, in the field they belong to, with the key they were sealed with."""

import stat
from base64 import b64decode
from pathlib import Path

import pytest

from onapi.errors import Misconfigured
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
