"""What every flow is given: the store, the engine, SUNAT, the vault, the clock. The roof picks each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time

from onapi.engine import Work, WorkQueue
from onapi.gateways.sunat import Sunat
from onapi.lifecycle.patience import Pace
from onapi.lifecycle.schedule import AT_ONCE, SummaryTime
from onapi.store import Blobs, Database
from onapi.store.documents import StoredDocument
from onapi.store.submissions import Submission
from onapi.store.vault import Vault
from onapi.values.scope import Environment, Scope


@dataclass(frozen=True, slots=True)
class Platform:
    """One running OnAPI."""

    environment: Environment
    database: Database
    blobs: Blobs
    queue: WorkQueue
    vault: Vault
    sunat: Sunat
    pace: Pace
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    strict_ruc: bool = True
    summary_time: SummaryTime = AT_ONCE
    reconcile_at: time | None = None  # in Lima, each night; None is never
    reconcile_most: int = 5000  # documents in one night

    def scope(self, ruc: str) -> Scope:
        """A company, here."""
        return Scope(self.environment, ruc)


def work_of(document: StoredDocument, submission: Submission) -> Work:
    """The next piece of durable work of a submission."""
    name = document.receipt
    environment, ruc = document.scope.environment, document.scope.ruc
    key = f"cpe:{environment}:{ruc}:{name.doctype}:{name.series}-{name.number}:{document.revision}"
    return Work(key, environment, ruc, submission.id, submission.step)
