"""Secrets at rest: AES-256-GCM bound to company and field, so that no row can be read in another's place.

The key ring lives outside the database. Each secret names the key that sealed it; the first of the ring seals new ones.
"""

import os
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onapi.errors import Misconfigured
from onapi.values.scope import Scope

_NONCE_BYTES = 12
_KEY_BYTES = 32
_ID_BYTES = 8


class Vault:
    """A ring of keys, newest first."""

    def __init__(self, keys: list[bytes]) -> None:
        if not keys or any(len(key) != _KEY_BYTES for key in keys):
            raise Misconfigured("El llavero necesita al menos una clave de 32 bytes.")
        self._ring = {_name(key): AESGCM(key) for key in keys}
        self._newest = _name(keys[0])

    def seal(self, scope: Scope, field: str, secret: bytes) -> bytes:
        """Encrypt a secret of a company."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ring[self._newest].encrypt(nonce, secret, _owner(scope, field))
        return self._newest + nonce + sealed

    def open(self, scope: Scope, field: str, sealed: bytes) -> bytes:
        """Decrypt it again; Misconfigured if the ring lacks its key or the row is not its own."""
        key = self._ring.get(sealed[:_ID_BYTES])
        if key is None:
            raise Misconfigured("El llavero no tiene la clave con que se guardó este secreto.")
        nonce, content = sealed[_ID_BYTES : _ID_BYTES + _NONCE_BYTES], sealed[_ID_BYTES + _NONCE_BYTES :]
        try:
            return key.decrypt(nonce, content, _owner(scope, field))
        except (InvalidTag, ValueError) as error:  # ValueError: cut so short that not even the nonce is whole
            raise Misconfigured("Un secreto guardado no corresponde a su empresa o fue alterado.") from error


def read_ring(file: Path) -> list[bytes]:
    """The keys of a ring file: one base64 key a line, newest first."""
    return [b64decode(line) for line in file.read_text("ascii").splitlines() if line.strip()]


def make_ring(file: Path) -> None:
    """A new ring with one key, readable by its owner alone; an existing one is left as it is."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "wb") as ring:
        ring.write(b64encode(os.urandom(_KEY_BYTES)) + b"\n")
        ring.flush()
        os.fsync(ring.fileno())


def _name(key: bytes) -> bytes:
    """A key's public name: enough to find it, nothing of the key."""
    return AESGCM(key).encrypt(bytes(_NONCE_BYTES), b"", b"onapi key name")[:_ID_BYTES]


def _owner(scope: Scope, field: str) -> bytes:
    return f"{scope.environment}\0{scope.ruc}\0{field}".encode()
