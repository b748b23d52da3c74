"""A database or a store of files that fails, in our own words: is its disk full, or is it away."""

import errno
import sqlite3

from obstore.exceptions import BaseError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from onapi.errors import Unstored

KINDS = (OperationalError, InterfaceError, NoConnectionLeft, BaseError, OSError)  # of what storage raises
_FULL_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT})
_AWAY_ERRNOS = frozenset({errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE})
_FULL_STATE = "53100"  # SQLSTATE disk_full
_FULL = "El disco de la plataforma está lleno; cuando tenga espacio, repita la misma petición: nada se duplica."
_AWAY = "La base de datos o los archivos de la plataforma no responden; repita la misma petición: nada se duplica."


def trouble_of(error: Exception) -> Unstored | None:
    """What storage means by an error of its libraries; None if the error is not about it."""
    if isinstance(error, OSError) and error.errno not in _FULL_ERRNOS | _AWAY_ERRNOS:
        return None
    if not isinstance(error, KINDS):
        return None
    return Unstored(_FULL, key="storage_full") if _is_full(error) else Unstored(_AWAY)


def _is_full(error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno in _FULL_ERRNOS
    if isinstance(error, BaseError):  # it gives the system's number in words alone
        return any(f"(os error {number})" in str(error) for number in _FULL_ERRNOS)
    cause = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return getattr(cause, "sqlstate", None) == _FULL_STATE
