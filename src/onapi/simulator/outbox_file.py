"""The file of the box: SQLite like the ledger's, with tables of its own."""

from typing import Final

from onapi.simulator.memory import Memory

_VERSION: Final = 1
_TABLES: Final = (
    """CREATE TABLE messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL,
        sender TEXT NOT NULL, receivers TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL,
        provider_id TEXT NOT NULL, standing TEXT NOT NULL, code TEXT NOT NULL, words TEXT NOT NULL,
        size INTEGER NOT NULL, told TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX messages_by_provider ON messages (provider_id)",
    "CREATE TABLE raws (message INTEGER PRIMARY KEY, raw BLOB NOT NULL) STRICT",
    """CREATE TABLE files (
        message INTEGER NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL, media_type TEXT NOT NULL,
        size INTEGER NOT NULL, digest TEXT NOT NULL, media TEXT NOT NULL, PRIMARY KEY (message, place)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX files_by_media ON files (media)",
    # What was sent up to the phone, for messages to name; by its place in time, for the oldest go first.
    """CREATE TABLE media (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, name TEXT NOT NULL,
        media_type TEXT NOT NULL, at TEXT NOT NULL, digest TEXT NOT NULL, content BLOB NOT NULL
    ) STRICT""",
    # What the phone has still to tell its callback; `due` in seconds of the real clock, which restarts do not move.
    """CREATE TABLE news (
        id INTEGER PRIMARY KEY, message INTEGER NOT NULL, standing TEXT NOT NULL, body TEXT NOT NULL,
        due REAL NOT NULL, tries INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX news_by_time ON news (due)",
    "CREATE TABLE persons (phone TEXT PRIMARY KEY, wrote_at TEXT NOT NULL) STRICT",
    "CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
)


class OutboxFile(Memory):
    """The open file of a box; in everything else like the ledger's."""

    def _bring_up_to_date(self) -> None:
        row = self.row("PRAGMA user_version")
        if row and row[0] >= _VERSION:
            return
        for statement in _TABLES:
            self.write(statement)
        self.write(f"PRAGMA user_version = {_VERSION}")
