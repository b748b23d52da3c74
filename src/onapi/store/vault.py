"""Secrets at rest, in an envelope: a master key seals a company's data key, and the data key seals its secrets.

All of it is AES-256-GCM, bound to environment, RUC, field and data key, so that no row can be read in another's place.
The master keys live outside the database (see `ring`). To rotate them only the data keys are sealed again.

Values from before data keys were sealed by a master key itself; they open as ever, and `keys rotate` seals them again.
A vault without a database has no place for data keys and seals that older way.
"""

import os
from base64 import b16encode
from collections.abc import Sequence
from threading import Lock

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onapi.errors import Misconfigured
from onapi.store import data_keys
from onapi.store.data_keys import DataKey
from onapi.store.database import Database
from onapi.store.ring import KEY_BYTES, NAME_BYTES, NONCE_BYTES, Ring, RingFile, make_ring, opened, read_ring
from onapi.values.scope import Scope

__all__ = ["Vault", "make_ring", "read_ring"]

MARK = b"OnA2"  # before the id of the data key; no master key's name is taken for it, see `open`
_ID_BYTES = 16
_MOST_IN_MEMORY = 10_000  # data keys; each is 32 bytes


class Vault:
    """Seals and opens the secrets of companies. Its methods may be called from any thread."""

    def __init__(self, keys: Sequence[bytes] | RingFile, database: Database | None = None) -> None:
        self.ring = keys if isinstance(keys, RingFile) else Ring(keys)
        self._database = database
        self._lock = Lock()
        self._by_scope: dict[Scope, tuple[bytes, AESGCM]] = {}  # a company's data key never changes, only its seal

    def seal(self, scope: Scope, field: str, secret: bytes) -> bytes:
        """Encrypt a secret of a company; not inside a transaction, since its first secret makes its data key."""
        if self._database is None:
            return self.ring.seal(_owner(scope, field), secret)
        name, key = self._key(self._database, scope)
        nonce = os.urandom(NONCE_BYTES)
        return MARK + name + nonce + key.encrypt(nonce, secret, _owner(scope, field, name))

    def open(self, scope: Scope, field: str, sealed: bytes) -> bytes:
        """Decrypt it again; Misconfigured if the ring lacks its key or the row is not its own."""
        if not is_enveloped(sealed) or sealed[:NAME_BYTES] in self.ring.names:
            return self.ring.open(_owner(scope, field), sealed)
        name, content = sealed[len(MARK) :][:_ID_BYTES], sealed[len(MARK) + _ID_BYTES :]
        if self._database is None:
            raise Misconfigured("Un secreto guardado pide una clave de datos y aquí no hay base de datos.")
        known, key = self._by_scope.get(scope) or self._read(self._database, scope)
        if known != name:
            raise Misconfigured("Un secreto guardado no corresponde a su empresa o fue alterado.")
        return opened(key, _owner(scope, field, name), content)

    def resealed(self, kept: DataKey) -> DataKey:
        """The same data key, sealed with the newest master key."""
        owner = _owner(kept.scope, _DATA_KEY, kept.name)
        return self._sealed(kept.scope, kept.name, self.ring.open(owner, kept.sealed))

    def _sealed(self, scope: Scope, name: bytes, key: bytes) -> DataKey:
        sealed = self.ring.seal(_owner(scope, _DATA_KEY, name), key)
        return DataKey(scope, name, sealed, shown(sealed[:NAME_BYTES]))

    def _key(self, database: Database, scope: Scope) -> tuple[bytes, AESGCM]:
        """The company's data key, made if this is its first secret; of many who make one at once, one is kept."""
        if found := self._by_scope.get(scope):
            return found
        with database.reading() as connection:
            is_there = data_keys.find(connection, scope) is not None
        if not is_there:
            made = self._sealed(scope, os.urandom(_ID_BYTES), os.urandom(KEY_BYTES))
            with database.transaction() as connection:
                data_keys.add(connection, made)
        return self._read(database, scope)

    def _read(self, database: Database, scope: Scope) -> tuple[bytes, AESGCM]:
        with database.reading() as connection:
            kept = data_keys.find(connection, scope)
        if kept is None:
            raise Misconfigured("La empresa no tiene la clave de datos con que se guardó este secreto.")
        found = kept.name, AESGCM(self.ring.open(_owner(scope, _DATA_KEY, kept.name), kept.sealed))
        with self._lock:
            if len(self._by_scope) >= _MOST_IN_MEMORY:
                del self._by_scope[next(iter(self._by_scope))]
            self._by_scope[scope] = found
        return found


_DATA_KEY = "\0data key"  # no field of a company is called that


def is_enveloped(sealed: bytes) -> bool:
    """Whether a value was sealed with a data key."""
    return sealed.startswith(MARK)


def shown(name: bytes) -> str:
    """A key's name as people and rows spell it."""
    return b16encode(name).decode("ascii").lower()


def _owner(scope: Scope, field: str, data_key: bytes = b"") -> bytes:
    whose = f"{scope.environment}\0{scope.ruc}\0{field}".encode()
    return whose + b"\0" + data_key if data_key else whose
