"""What tests of batches share: boletas that wait, many at once, and what holds of all batches at any time."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from flow_world import BORN, RUC, World
from sqlalchemy import event, func, insert, select

from onapi.flows import look
from onapi.flows.issue import Issued, Request, issue
from onapi.library.forms import Told
from onapi.store import documents, receipts, submissions
from onapi.store.documents import StoredDocument
from onapi.store.receipts import Kept
from onapi.store.tables import documents as document_rows
from onapi.store.tables import members as member_rows
from onapi.store.tables import owner, series
from onapi.store.tables import submissions as submission_rows
from onapi.values.moment import in_lima
from onapi.values.number import ReceiptId

ITEM = {"cantidad": 2, "descripcion": "Teclado", "mtoValorUnitario": 100}
PERSON = {"tipoDoc": "1", "numDoc": "45678912", "rznSocial": "JUAN PEREZ ROJAS"}
FIRM = {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE DE PRUEBA"}
_STARTS = count(1, 150)  # a simulator remembers the batches of every test: each begins higher
DAYS = 40


def begin_batches(here: World, start: int = 0) -> int:
    """Number this world's batches, and the boletas whose number is left to it, where no other world's are."""
    start, scope = start or next(_STARTS), here.platform.scope(RUC)
    days = [in_lima(BORN + timedelta(days=n)).strftime("%Y%m%d") for n in range(DAYS)]
    rows = [
        {**owner(scope), "doctype": code, "series": day, "next_number": start}
        for code in ("RC", "RA", "RR")
        for day in days
    ]
    rows.append({**owner(scope), "doctype": "03", "series": "B001", "next_number": start})
    with here.platform.database.transaction() as connection:
        connection.execute(insert(series), rows)
    return start


def send(here: World, doctype: str, document: dict[str, Any], **wishes: Any) -> Issued:
    """Issue a document as the API would."""
    told = Told("json", document, doctype=doctype, pointer="/document")
    return issue(here.platform, Request(RUC, told, **wishes))


def boleta(here: World, *, in_summary: bool = True, send_it: bool = True, **parts: Any) -> Issued:
    """A boleta, to be reported in the resumen of its day unless told otherwise."""
    document = {"serie": "B001", "correlativo": next(here.numbers), "client": PERSON, "details": [ITEM], **parts}
    return send(here, "03", document, in_summary=in_summary, send=send_it)


def note_of(here: World, label: str, **parts: Any) -> Issued:
    """A credit note of a boleta, to be reported in a resumen."""
    modified = {"codMotivo": "01", "desMotivo": "ANULACION", "tipDocAfectado": "03", "numDocAfectado": label}
    document = {"serie": "BC01", "correlativo": next(here.numbers), "client": PERSON, "details": [ITEM]}
    return send(here, "07", {**document, **modified, **parts}, in_summary=True)


def plant(here: World, many: int, like: Issued) -> list[StoredDocument]:
    """So many more that wait as this one does, without the work of signing each: they share its XML."""
    planted, now = [], here.clock()
    with here.platform.database.transaction() as connection:
        for _ in range(many):
            name = replace(like.document.receipt, number=next(here.numbers))
            document = replace(like.document, id=here.platform.new_id(), receipt=name)
            road = replace(like.submission, id=here.platform.new_id(), document_id=document.id)
            documents.add(connection, document.scope, document)
            submissions.add(connection, document.scope, road, now)
            planted.append(document)
    return planted


def kept(here: World, doctype: str) -> list[Kept]:
    """Every document of a kind, in the order in which they were made."""
    query = select(document_rows.c.id).where(document_rows.c.doctype == doctype)
    scope = here.platform.scope(RUC)
    with here.platform.database.reading() as connection:
        ids = connection.execute(query.order_by(document_rows.c.number)).scalars().all()
        found = [receipts.get(connection, scope, each) for each in ids]
    return [each for each in found if each]


def states(here: World, doctype: str = "03") -> Counter[str]:
    """How many documents of a kind are in each state."""
    query = select(submission_rows.c.state).join(document_rows, document_rows.c.id == submission_rows.c.document_id)
    with here.platform.database.reading() as connection:
        found = connection.execute(query.where(document_rows.c.doctype == doctype)).scalars()
        return Counter(found)


def sizes(here: World) -> list[int]:
    """How many each batch carries, in their order."""
    query = (
        select(func.count())
        .select_from(member_rows)
        .join(document_rows, document_rows.c.id == member_rows.c.batch_document_id)
    )
    with here.platform.database.reading() as connection:
        grouped = query.group_by(document_rows.c.number).order_by(document_rows.c.number)
        return list(connection.execute(grouped).scalars())


def find(here: World, name: ReceiptId) -> Kept:
    """What is kept of a receipt."""
    return look.find(here.platform, name)


def lives(here: World) -> Counter[str]:
    """In how many live batches each receipt stands (I7): none may stand in two."""
    query = select(member_rows.c.document_id).where(member_rows.c.closed_at.is_(None))
    with here.platform.database.reading() as connection:
        return Counter(connection.execute(query).scalars())


@contextmanager
def counted(here: World) -> Iterator[list[str]]:
    """The statements that go to the database while the block runs."""
    said: list[str] = []

    def note(*call: Any) -> None:
        said.append(call[2])

    engine = here.platform.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


def lines_of(found: Sequence[Issued], status: str) -> list[dict[str, str]]:
    """Bare lines of a resumen diario that name these."""
    return [
        {"tipoDoc": each.document.receipt.doctype, "serieNro": each.document.receipt.label, "estado": status}
        for each in found
    ]


def day_of(issued: Issued) -> str:
    """The day of a receipt, as documents write it."""
    found: date = issued.document.issue_date
    return found.isoformat()
