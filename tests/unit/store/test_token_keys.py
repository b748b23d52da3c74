"""Keys of tokens: made once, rotated in one step, noticed by whoever holds the ring."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from onapi.store import token_keys
from onapi.store.token_keys import KEPT, KeyRing, make_keys, read_keys, rotate_keys

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "keys" / "tokens.pem"
    make_keys(made)
    return made


def pem(key: Ed25519PrivateKey | X25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def test_a_file_is_made_once_for_its_owner_alone(file: Path) -> None:
    before = file.read_bytes()
    make_keys(file)
    assert file.read_bytes() == before
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(read_keys(file)) == 1


def test_a_file_of_the_first_release_is_a_ring_of_one(file: Path) -> None:
    key = Ed25519PrivateKey.generate()
    file.write_bytes(pem(key))
    assert [each.kid for each in read_keys(file)] == [token_keys.kid_of(key)]


def test_a_rotation_puts_a_key_in_front_and_drops_what_is_too_old(file: Path) -> None:
    first = read_keys(file)[0].kid
    second = rotate_keys(file, NOW)
    third = rotate_keys(file, NOW + timedelta(days=1))
    assert [each.kid for each in read_keys(file)] == [third, second, first]
    assert [each.retired_at for each in read_keys(file)] == [None, NOW + timedelta(days=1), NOW]
    assert file.stat().st_mode & 0o777 == 0o600
    rotate_keys(file, NOW + KEPT)
    assert first not in {each.kid for each in read_keys(file)}
    rotate_keys(file, NOW, forget=True)
    assert len(read_keys(file)) == 1
    assert sorted(each.name for each in file.parent.iterdir()) == [file.name]


def test_a_ring_sees_a_new_key_at_once_and_a_forgotten_one_in_a_second(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(token_keys.time, "monotonic", lambda: now[0])
    ring = KeyRing(file)
    old = ring.current.kid
    new = rotate_keys(file, NOW)
    assert ring.current.kid == old
    assert ring.find(new) is not None
    assert (ring.current.kid, ring.version) == (new, 2)
    last = rotate_keys(file, NOW, forget=True)
    now[0] += 1
    assert ring.find(old) is None
    assert ring.current.kid == last
    assert ring.find(None) is None


def test_a_ring_keeps_what_it_has_when_the_file_is_no_good(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(token_keys.time, "monotonic", lambda: now[0])
    ring = KeyRing(file)
    kid = ring.current.kid
    for content in (b"no key", pem(X25519PrivateKey.generate())):
        file.write_bytes(content)
        now[0] += 2
        assert ring.current.kid == kid
    file.unlink()
    now[0] += 2
    assert ring.find(kid) is not None


@pytest.mark.parametrize("content", [b"", b"no key"])
def test_a_file_without_keys_is_told(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(ValueError, match="no key"):
        KeyRing(file)
