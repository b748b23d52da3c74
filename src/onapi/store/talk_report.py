"""Every talk on the road of a submission, raw, as it was kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from onapi.store.tables import talks
from onapi.values.scope import Scope


@dataclass(frozen=True, slots=True)
class KeptTalk:
    """One talk: what was asked of whom, and what came back. What was sent is not kept: it held credentials."""

    id: int
    at: datetime
    operation: str
    address: str
    status: int | None
    answer: bytes = field(repr=False)
    trouble: str
    duration_ms: int


def of_submission(connection: Connection, scope: Scope, submission_id: str) -> Sequence[KeptTalk]:
    """All of them, oldest first."""
    mine = (talks.c.submission_id == submission_id, talks.c.ruc == scope.ruc)
    rows = connection.execute(
        select(talks).where(*mine, talks.c.environment == scope.environment.value).order_by(talks.c.id)
    )
    return [
        KeptTalk(row.id, row.at, row.operation, row.address, row.status, row.answer, row.trouble, row.duration_ms)
        for row in rows
    ]
