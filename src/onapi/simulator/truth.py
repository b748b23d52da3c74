"""What the simulated SUNAT really holds, for those who test against it; and documents put there without sending."""

from datetime import datetime

from onapi.errors import InvalidDocument
from onapi.simulator.deadlines import day
from onapi.simulator.ledger import Registered, Standing
from onapi.simulator.office import Office
from onapi.simulator.received import split_name
from onapi.values.number import ReceiptId

_PLANTED = "planted"


def documents(office: Office, name: str) -> list[dict[str, object]]:
    """Every document, or the one of a file name; for a summary asked by name, its lines too."""
    counts = {} if name else office.ledger.send_counts()
    told = []
    for document in office.ledger.all_documents(name):
        sends = len(office.ledger.sends(document.id)) if name else counts.get(_key(document.id), 0)
        told.append(_document(document, sends))
        if name and split_name(name):
            told[-1]["members"] = [
                {"condition": condition, "name": member.file_name}
                for condition, member in office.tickets.members(document.name)
            ]
    return told


def sendings(office: Office, name: str) -> list[dict[str, object]]:
    """Every time a file of this name came in, oldest first."""
    named = split_name(name)
    if not named:
        return []
    return [
        {
            "digest": sending.digest,
            "code": sending.code,
            "at": sending.at.isoformat(),
            "operation": sending.operation,
            "ticket": sending.ticket,
        }
        for sending in office.ledger.sends(named.key)
    ]


def tickets(office: Office, name: str) -> list[dict[str, object]]:
    """Every ticket, or those of one file name."""
    return [
        {
            "ticket": ticket.number,
            "name": ticket.name,
            "owner": ticket.owner,
            "road": ticket.road,
            "digest": ticket.digest,
            "receivedAt": ticket.received_at.isoformat(),
            "readyAt": datetime.fromtimestamp(ticket.ready_at, ticket.received_at.tzinfo).isoformat(),
            "status": ticket.status,
            "code": ticket.code,
        }
        for ticket in office.tickets.of(name)
    ]


def cdr_of(office: Office, name: str) -> bytes:
    """The CDR of a registered document, as a ZIP; empty if there is none."""
    return next((office.ledger.cdr(found.send_id) for found in office.ledger.all_documents(name)), b"")


def plant(office: Office, wishes: object) -> int:
    """Hold these documents as if they had been sent, in place of any under their numbers; how many.

    A wish is `{"name": "20000000001-01-F001-1", "issuedOn": "2026-11-20", "currency": "PEN", "total": "118.00",
    "state": "accepted"}`; all but the name may be left out. InvalidDocument when one makes no sense.
    """
    if not isinstance(wishes, list):
        raise InvalidDocument("Se espera una lista de comprobantes.", key="invalid_parameter")
    planted = [_planted(office, wish) for wish in wishes]
    with office.memory.transaction():
        for document in planted:
            office.ledger.put(document)
    return len(planted)


def _planted(office: Office, wish: object) -> Registered:
    told = wish if isinstance(wish, dict) else {}
    named = split_name(str(told.get("name", "")))
    issued, state = str(told.get("issuedOn", "")), str(told.get("state", Standing.ACCEPTED))
    if not named or state not in list(Standing) or (issued and not day(issued)):
        raise InvalidDocument("Cada comprobante es un objeto con name, issuedOn y state.", key="invalid_parameter")
    return Registered(
        named.key,
        named.key.file_name,
        "",
        Standing(state),
        "0",
        office.clock(),
        issued_on=issued,
        currency=str(told.get("currency", "")),
        total=str(told.get("total", "")),
        came_by=_PLANTED,
    )


def _key(receipt: ReceiptId) -> tuple[str, str, str, int]:
    return receipt.ruc, receipt.doctype, receipt.series, receipt.number


def _document(document: Registered, sends: int) -> dict[str, object]:
    return {
        "name": document.name,
        "digest": document.digest,
        "state": document.standing,
        "code": document.code,
        "receivedAt": document.received_at.isoformat(),
        "sends": sends,
        "issuedOn": document.issued_on,
        "currency": document.currency,
        "total": document.total,
        "recipient": document.recipient,
        "notes": list(document.notes),
        "cameBy": document.came_by,
        "changedBy": document.changed_by,
        "changedAt": document.changed_at,
        "hasCdr": document.send_id > 0,
    }
