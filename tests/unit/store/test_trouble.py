"""What storage's libraries raise is told apart: a full disk, storage that is away, and what is not about it."""

import errno
import sqlite3

import psycopg
import pytest
from obstore.exceptions import GenericError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from onapi.store.trouble import trouble_of


def _sqlite(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = code
    return error


def _sql(cause: Exception) -> OperationalError:
    return OperationalError("SELECT 1", None, cause)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        GenericError("Generic LocalFileSystem error: Unable to copy data to file: No space left (os error 28)"),
        _sql(_sqlite(sqlite3.SQLITE_FULL)),
        _sql(psycopg.errors.DiskFull("could not extend file")),
    ],
)
def test_a_full_disk(error: Exception) -> None:
    known = trouble_of(error)
    assert known is not None
    assert known.key == "storage_full"


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EIO, "Input/output error"),
        GenericError("Generic S3 error: connection refused (os error 111)"),
        _sql(_sqlite(sqlite3.SQLITE_BUSY)),
        _sql(_sqlite(sqlite3.SQLITE_IOERR)),
        _sql(psycopg.OperationalError("connection refused")),
        InterfaceError("SELECT 1", None, psycopg.InterfaceError("the connection is closed")),
        NoConnectionLeft("QueuePool limit reached"),
    ],
)
def test_storage_that_is_away(error: Exception) -> None:
    known = trouble_of(error)
    assert known is not None
    assert known.key == "storage_unavailable"


@pytest.mark.parametrize("error", [ConnectionResetError(errno.ECONNRESET, "by peer"), FileNotFoundError(), KeyError()])
def test_what_is_about_something_else(error: Exception) -> None:
    assert trouble_of(error) is None
