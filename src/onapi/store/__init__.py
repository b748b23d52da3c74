"""What the platform remembers: one database (SQLite or PostgreSQL) and one folder or bucket of files."""

from onapi.store.blobs import Blobs
from onapi.store.database import Database, open_database

__all__ = ["Blobs", "Database", "open_database"]
