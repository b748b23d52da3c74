"""Every table, in SQLAlchemy Core. Migrations are made from these; a test holds the two against each other."""

from onapi.store.tables.audit import acts, heads, seals
from onapi.store.tables.channels import company_channels
from onapi.store.tables.companies import certificates, companies, data_keys, expiry_notices
from onapi.store.tables.ground import LIVE, RARE, metadata, owner
from onapi.store.tables.messages import message_budgets, message_moves, messages, notices
from onapi.store.tables.page_templates import page_templates
from onapi.store.tables.people import (
    buckets,
    credential_rucs,
    credentials,
    guessed_accounts,
    known_places,
    refresh_tokens,
    session_events,
    sessions,
)
from onapi.store.tables.receipts import documents, link_versions, refreshes, request_keys, series, spent_links
from onapi.store.tables.reconciliation import checks, nights, number_notes
from onapi.store.tables.road import events, leases, members, pauses, submissions, talks
from onapi.store.tables.webhooks import webhook_attempts, webhook_deliveries, webhook_endpoints, webhook_messages

__all__ = [
    "LIVE",
    "RARE",
    "acts",
    "buckets",
    "certificates",
    "checks",
    "companies",
    "company_channels",
    "credential_rucs",
    "credentials",
    "data_keys",
    "documents",
    "events",
    "expiry_notices",
    "guessed_accounts",
    "heads",
    "known_places",
    "leases",
    "link_versions",
    "members",
    "message_budgets",
    "message_moves",
    "messages",
    "metadata",
    "nights",
    "notices",
    "number_notes",
    "owner",
    "page_templates",
    "pauses",
    "refresh_tokens",
    "refreshes",
    "request_keys",
    "seals",
    "series",
    "session_events",
    "sessions",
    "spent_links",
    "submissions",
    "talks",
    "webhook_attempts",
    "webhook_deliveries",
    "webhook_endpoints",
    "webhook_messages",
]
