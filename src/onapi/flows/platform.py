"""What every flow is given: the store, the engine, SUNAT, the vault, the clock. The roof picks each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TypeAlias

from onapi.engine import Work, WorkQueue
from onapi.flows.channel_cache import ChannelCache
from onapi.flows.kept import Surroundings
from onapi.flows.messaging import Messaging
from onapi.flows.press import Press
from onapi.gateways.channels.email import PUBLIC, MailAccount, Reach
from onapi.gateways.channels.graph import Graph
from onapi.gateways.channels.webhook import WebhookChannel
from onapi.gateways.channels.whatsapp import WhatsappSettings
from onapi.gateways.sunat import Sunat
from onapi.lifecycle.patience import Pace
from onapi.lifecycle.schedule import AT_ONCE, SummaryTime
from onapi.store import Blobs, Database
from onapi.store.documents import StoredDocument
from onapi.store.page_cache import PageCache
from onapi.store.receipts import Kept
from onapi.store.submissions import Submission
from onapi.store.vault import Vault
from onapi.values.scope import Environment, Scope

RecordOf: TypeAlias = Callable[[Kept, datetime, Surroundings], Mapping[str, object]]  # as the public API tells it


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
    record_of: RecordOf
    strict_ruc: bool = True
    summary_time: SummaryTime = AT_ONCE
    reconcile_at: time | None = None  # in Lima, each night; None is never
    reconcile_most: int = 5000  # documents in one night
    webhooks: WebhookChannel = field(default_factory=WebhookChannel)
    mail: MailAccount | None = None  # the server of companies that have none of their own
    mail_reach: Reach = PUBLIC  # which servers companies may name
    channels: ChannelCache = field(default_factory=ChannelCache)
    graph: Graph = field(default_factory=Graph)  # Meta's, for every number of WhatsApp
    whatsapp: WhatsappSettings | None = None  # the number of companies that have none of their own
    keep_told: timedelta = timedelta(days=30)  # so long what was delivered to webhooks stays in their log
    messaging: Messaging = field(default_factory=Messaging)
    head_keys: Path | None = None  # file of the keys of tokens: they sign the head of each day's records, too
    press: Press = field(default_factory=Press)
    pages: PageCache | None = None  # printed before; None keeps none

    def scope(self, ruc: str) -> Scope:
        """A company, here."""
        return Scope(self.environment, ruc)


def work_of(document: StoredDocument, submission: Submission) -> Work:
    """The next piece of durable work of a submission."""
    name = document.receipt
    environment, ruc = document.scope.environment, document.scope.ruc
    key = f"cpe:{environment}:{ruc}:{name.doctype}:{name.series}-{name.number}:{document.revision}"
    return Work(key, environment, ruc, submission.id, submission.step)
