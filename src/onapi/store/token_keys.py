"""The keys that sign access tokens: one file outside the database, newest first, rotated while processes run.

The first key signs; the others are retired and only verify, until no token of theirs can be about. The file is read
again when it changes, so that a rotation needs no restart. Whoever can read it can sign in as anybody.
"""

import os
import re
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Lock

import structlog
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEPT = timedelta(days=91)  # longer than what is signed with them: cookies of devices, bearers beside refresh tokens
_LOOK_S = 1.0
_KID_SIGNS = 16
_BLOCK = re.compile(r"(?:# retired (\S+)\n)?(-----BEGIN PRIVATE KEY-----.*?-----END PRIVATE KEY-----)\n?", re.DOTALL)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class TokenKey:
    """One key and its public name."""

    private: Ed25519PrivateKey
    kid: str
    retired_at: datetime | None = None


class KeyRing:
    """The keys of a file, as they are now."""

    def __init__(self, file: Path) -> None:
        self._file, self._lock = file, Lock()
        self._seen, self._looked_at, self.version = _mark(file), time.monotonic(), 1
        self._take(read_keys(file))

    @property
    def current(self) -> TokenKey:
        """The one that signs."""
        self._look(at_once=False)
        return self._current

    def find(self, kid: object) -> TokenKey | None:
        """A key by its name; one that is not known yet may have come with a rotation this moment."""
        self._look(at_once=False)
        if kid not in self._keys:
            self._look(at_once=True)
        return self._keys.get(kid) if isinstance(kid, str) else None

    def _look(self, *, at_once: bool) -> None:
        """Read the file again if it changed; asked for at most once a second, or at once."""
        if not at_once and time.monotonic() - self._looked_at < _LOOK_S:
            return
        self._looked_at = time.monotonic()
        try:
            mark = _mark(self._file)
            if mark != self._seen:
                with self._lock:
                    self._take(read_keys(self._file))
                    self._seen, self.version = mark, self.version + 1
        except (OSError, ValueError, TypeError) as error:
            _log.error("the keys of tokens cannot be read again; the last ones hold", error=str(error))

    def _take(self, keys: tuple[TokenKey, ...]) -> None:
        self._keys: dict[object, TokenKey] = {key.kid: key for key in keys}
        self._current = keys[0]


def read_keys(file: Path) -> tuple[TokenKey, ...]:
    """The keys of a file, newest first; ValueError or TypeError if it holds none of the right kind."""
    found = tuple(_key(pem, retired) for retired, pem in _BLOCK.findall(file.read_text("ascii")))
    if not found:
        raise ValueError(f"{file} holds no key")
    return found


def make_keys(file: Path) -> None:
    """A file with one new key, readable by its owner alone; an existing one is left as it is."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    _write(handle, (_new(),))


def rotate_keys(file: Path, now: datetime, *, forget: bool = False) -> str:
    """A new key signs from now on; older ones verify until they are too old, or with `forget` no more at all.

    Gives the new key's name. The file changes in one step: whoever reads it meanwhile sees the old one or the new one.
    """
    older = () if forget else read_keys(file)
    kept = tuple(
        TokenKey(key.private, key.kid, key.retired_at or now)
        for key in older
        if key.retired_at is None or now - key.retired_at < KEPT
    )
    new, beside = _new(), file.with_name(f".{file.name}.{os.getpid()}")
    _write(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), (new, *kept))
    beside.replace(file)
    return new.kid


def kid_of(key: Ed25519PrivateKey) -> str:
    """A key's public name."""
    public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return sha256(b"onapi token key" + public).hexdigest()[:_KID_SIGNS]


def _new() -> TokenKey:
    key = Ed25519PrivateKey.generate()
    return TokenKey(key, kid_of(key))


def _key(pem: str, retired: str) -> TokenKey:
    key = serialization.load_pem_private_key(pem.encode(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("a key that is not Ed25519")
    return TokenKey(key, kid_of(key), datetime.fromisoformat(retired) if retired else None)


def _write(handle: int, keys: tuple[TokenKey, ...]) -> None:
    with os.fdopen(handle, "w", encoding="ascii") as out:
        for key in keys:
            out.write(f"# retired {key.retired_at.isoformat()}\n" if key.retired_at else "")
            pem = key.private.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            out.write(pem.decode())
        out.flush()
        os.fsync(out.fileno())


def _mark(file: Path) -> tuple[int, int, int]:
    told = file.stat()
    return told.st_mtime_ns, told.st_ino, told.st_size
