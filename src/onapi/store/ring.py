"""The master keys, newest first: in a file outside the database, one base64 key a line.

A master key seals nothing but data keys (see `vault`). A new one may be put into the file while processes run: they
look at it again each second, and at once when they meet a name they do not know.

Whoever keeps master keys elsewhere (a KMS) gives the vault anything with `seal`, `open`, `newest` and `names`.
"""

import os
import time
from base64 import b64decode, b64encode
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onapi.errors import Misconfigured

KEY_BYTES = 32
NONCE_BYTES = 12
NAME_BYTES = 8
LOOK_AGAIN_S = 1.0
_NO_KEY = "El llavero no tiene la clave con que se guardó este secreto."
_NOT_ITS_OWN = "Un secreto guardado no corresponde a su empresa o fue alterado."


class Ring:
    """Some master keys."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise Misconfigured("El llavero necesita al menos una clave de 32 bytes.")
        self._keys = {name_of(key): AESGCM(key) for key in keys}
        self.newest = name_of(keys[0])

    @property
    def names(self) -> frozenset[bytes]:
        """The keys' public names."""
        return frozenset(self._keys)

    def seal(self, owner: bytes, secret: bytes) -> bytes:
        """Seal with the newest key: its name, the nonce, the text; only the same owner opens it."""
        nonce = os.urandom(NONCE_BYTES)
        return self.newest + nonce + self._keys[self.newest].encrypt(nonce, secret, owner)

    def open(self, owner: bytes, sealed: bytes) -> bytes:
        """Open it again; Misconfigured if its key is not here or the owner is another."""
        key = self._keys.get(sealed[:NAME_BYTES])
        if key is None:
            raise Misconfigured(_NO_KEY)
        return opened(key, owner, sealed[NAME_BYTES:])


class RingFile:
    """The master keys of a file, as it stands now."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = Lock()
        self._stamp, self._ring = _stamp(file), Ring(read_ring(file))
        self._looked = time.monotonic()

    @property
    def newest(self) -> bytes:
        """The name of the key that seals."""
        return self._now().newest

    @property
    def names(self) -> frozenset[bytes]:
        """The keys' public names."""
        return self._now().names

    def seal(self, owner: bytes, secret: bytes) -> bytes:
        """Seal with the newest key."""
        return self._now().seal(owner, secret)

    def open(self, owner: bytes, sealed: bytes) -> bytes:
        """Open; a name that is not known yet has the file read again at once."""
        ring = self._now()
        if sealed[:NAME_BYTES] not in ring.names:
            ring = self._now(at_once=True)
        return ring.open(owner, sealed)

    def look(self) -> None:
        """Read the file again now, if it changed."""
        self._now(at_once=True)

    def _now(self, *, at_once: bool = False) -> Ring:
        with self._lock:
            moment = time.monotonic()
            if at_once or moment - self._looked >= LOOK_AGAIN_S:
                self._looked = moment
                stamp = _stamp(self.file)
                if stamp is not None and stamp != self._stamp:
                    self._ring, self._stamp = Ring(read_ring(self.file)), stamp
            return self._ring


def opened(key: AESGCM, owner: bytes, content: bytes) -> bytes:
    """What stands behind a nonce; Misconfigured if it is another's or was changed."""
    try:
        return key.decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], owner)
    except (InvalidTag, ValueError) as error:  # ValueError: cut so short that not even the nonce is whole
        raise Misconfigured(_NOT_ITS_OWN) from error


def name_of(key: bytes) -> bytes:
    """A key's public name: enough to find it, nothing of the key."""
    return AESGCM(key).encrypt(bytes(NONCE_BYTES), b"", b"onapi key name")[:NAME_BYTES]


def read_ring(file: Path) -> list[bytes]:
    """The keys of a ring file, newest first."""
    return [b64decode(line) for line in file.read_text("ascii").splitlines() if line.strip()]


def make_ring(file: Path) -> None:
    """A new ring with one key, readable by its owner alone; an existing one is left as it is."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    write_keys(handle, [os.urandom(KEY_BYTES)])


def write_keys(handle: int, keys: Sequence[bytes]) -> None:
    """Write keys to an open file and close it once they are on the disk."""
    with os.fdopen(handle, "wb") as ring:
        ring.write(b"".join(b64encode(key) + b"\n" for key in keys))
        ring.flush()
        os.fsync(ring.fileno())


def _stamp(file: Path) -> tuple[int, int, int] | None:
    """What changes when the file does; None while it is away, and then the keys in memory serve on."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
