"""Documents written straight to the tables: plausible boletas that SUNAT accepted, as many as asked for.

Their XML is one and the same file, so operations that read files find one.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import uuid_utils
from sqlalchemy import select

from onapi.store import open_database
from onapi.store.tables import documents, events, submissions

_RUC = "20000000001"
_BATCH = 5000
_SERIES = 100_000  # numbers in each


def load(home: Path, first: int, until: int, now: datetime) -> None:
    """Write the documents numbered from `first` to before `until`, each with its road and its history."""
    database = open_database(f"sqlite:///{home / 'onapi.sqlite3'}", durable=False)
    with database.reading() as connection:
        xml = connection.execute(select(documents.c.xml).limit(1)).scalar_one()
    for start in range(first, until, _BATCH):
        numbers = range(start, min(start + _BATCH, until))
        rows = [_rows(number, xml, now - timedelta(seconds=until - number)) for number in numbers]
        with database.transaction() as connection:
            connection.execute(documents.insert(), [row[0] for row in rows])
            connection.execute(submissions.insert(), [row[1] for row in rows])
            connection.execute(events.insert(), [line for row in rows for line in row[2]])
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    database.close()


def _rows(number: int, xml: str, at: datetime) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
    """A document, its submission, its history."""
    document, submission = str(uuid_utils.uuid7()), str(uuid_utils.uuid7())
    mine = {"environment": "sandbox", "ruc": _RUC}
    dni = f"{10_000_000 + number % 80_000_000}"
    kept = {
        **mine, "id": document, "doctype": "03", "series": f"B9{number // _SERIES:02}",
        "number": number % _SERIES + 1,
        "revision": 1, "origin": "API", "input_format": "json", "fingerprint": f"{number:064x}",
        "issue_date": at.date(),
        "currency": "PEN", "total": Decimal(number % 90_000) / 100 + 1, "digest": f"{number:027x}=", "xml": xml,
        "customer": {"id_type": "1", "id_number": dni, "name": f"CLIENTE {number}"}, "warnings": [], "created_at": at,
    }  # fmt: skip
    if "customer_number" in documents.c:
        kept["customer_number"] = dni
    road = {
        **mine, "id": submission, "document_id": document, "route": "bill", "state": "SETTLED", "step": 1,
        "attempts": 1,
        "tries": 0, "absences": 0, "outcome": "ACCEPTED", "code": "0", "description": "Aceptada", "remarks": [],
        "channel": "sendBill", "sent_at": at, "updated_at": at,
    }  # fmt: skip
    steps = (("SIGNED", "READY"), ("SEND", "SENDING"), ("CDR", "SETTLED"))
    history = [{**mine, "submission_id": submission, "at": at, "event": e, "state": s} for e, s in steps]
    return kept, road, history
