"""Rows for the tests of the store: a company, documents of it, their submissions."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from onapi.store import companies, documents, submissions
from onapi.store.documents import StoredDocument
from onapi.store.submissions import Submission
from onapi.values.identity import RUC
from onapi.values.number import ReceiptId
from onapi.values.party import Address, Party
from onapi.values.scope import Environment, Scope

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
MINE = Scope(Environment.SANDBOX, "20000000001")
OTHERS = Scope(Environment.SANDBOX, "20000000010")


def enrol(connection: Connection, *scopes: Scope) -> None:
    """Companies of these scopes."""
    for scope in scopes:
        party = Party(RUC, scope.ruc, "EMPRESA DE PRUEBA S.A.C.", "", Address("JR. CUSCO 100", "150101"))
        companies.keep(connection, scope, party, NOW)


def document(
    number: int, scope: Scope = MINE, doctype: str = "03", series: str = "B001", **more: Any
) -> StoredDocument:
    """A document; its id tells what it is."""
    plain = StoredDocument(
        id=f"{scope.ruc[-2:]}-{doctype}-{series}-{number}",
        scope=scope,
        receipt=ReceiptId(scope.ruc, doctype, series, number),
        revision=1,
        origin="API",
        input_format="json",
        external_id=None,
        fingerprint="f",
        issue_date=TODAY,
        currency="PEN",
        total=Decimal("118.00"),
        customer=None,
        digest="x",
        qr=None,
        xml="x",
        warnings=(),
        created_at=NOW,
    )
    return replace(plain, **more)


def keep(connection: Connection, kept: StoredDocument, state: str = "READY", **more: Any) -> Submission:
    """Keep a document and a submission in a state; gives the submission."""
    documents.add(connection, kept.scope, kept)
    road = Submission(f"s-{kept.id}", kept.id, kept.scope, "bill", state, **{"next_action_at": NOW, **more})
    submissions.add(connection, kept.scope, road, NOW)
    return submissions.get(connection, kept.scope, road.id)
