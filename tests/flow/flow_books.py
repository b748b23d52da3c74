"""Books to be reconciled: rows in any state, with or without their files, and what SUNAT is made to hold of them."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from flow_sunat import cdr_xml, cdr_zip
from flow_world import BORN, RUC, World

from onapi.flows.issue import Issued, Request, issue
from onapi.library.forms import Told
from onapi.store import documents, submissions
from onapi.store.documents import StoredDocument
from onapi.store.submissions import Submission
from onapi.store.tables import series
from onapi.values.number import ReceiptId

LATER = timedelta(hours=20)  # nothing of this is due, or late


@dataclass
class Books:
    """Rows as a test wants them."""

    here: World
    wishes: list[dict[str, Any]] = field(default_factory=list)
    first: int = 1  # number of each series: the simulator remembers those of other tests
    numbers: dict[str, Any] = field(default_factory=dict)
    ids: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        """Begin where no other test has been."""
        self.first = 1000 * next(self.here.numbers) + 1
        self.numbers = defaultdict(lambda: count(self.first))
        day = {"environment": "sandbox", "ruc": RUC, "doctype": "RC", "series": f"{BORN:%Y%m%d}"}
        with self.here.platform.database.transaction() as connection:
            connection.execute(series.insert().values(**day, next_number=50_000 + self.first // 100))

    def signed(self, series: str = "F001", number: int = 0, *, send: bool = False, in_summary: bool = False) -> Issued:
        """A factura or a boleta, signed and kept."""
        doctype, customer = ("01", ("6", "20000000010")) if series[0] == "F" else ("03", ("1", "45678912"))
        document = {
            "serie": series,
            "correlativo": number or next(self.numbers[series]),
            "client": {"tipoDoc": customer[0], "numDoc": customer[1], "rznSocial": "CLIENTE DE PRUEBA"},
            "details": [{"cantidad": 2, "descripcion": "Teclado", "mtoValorUnitario": 100}],
        }
        told = Told("json", document, doctype=doctype, pointer="/document")
        return issue(self.here.platform, Request(RUC, told, send=send, in_summary=in_summary))

    def sent(self, series: str) -> Issued:
        """One that SUNAT accepted, and told so."""
        issued = self.signed(series, send=True)
        self.here.run()
        assert self.here.now(issued).outcome in {"ACCEPTED", "OBSERVED"}
        return issued

    def accepted(self, series: str, *, there: str | None = "accepted", cdr: bytes | None = None) -> Issued:
        """One of which we say, with a proof, that SUNAT accepted it; `there` is what SUNAT says."""
        issued = self.signed(series)
        proof = cdr_zip(issued.document.receipt) if cdr is None else cdr
        self.says(issued, "ACCEPTED", cdr=self.here.platform.blobs.put(proof) if proof else None)
        self.hold(issued, there)
        return issued

    def says(self, issued: Issued, outcome: str, *, state: str = "SETTLED", **more: object) -> Submission:
        """Set what we say of it."""
        return self.here.move(issued, state=state, outcome=outcome, attempts=1, next_action_at=None, **more)

    def unknown(self, series: str, *, there: str | None = None, due: bool = True) -> Issued:
        """One that was sent into silence."""
        issued = self.signed(series)
        now = self.here.clock()
        at = now + LATER if due else None
        self.here.move(issued, state="UNKNOWN", attempts=1, step=1, sent_at=now, next_action_at=at)
        self.hold(issued, there)
        return issued

    def hold(self, issued: Issued, there: str | None) -> None:
        """What SUNAT shall hold of it, once `plant` is called."""
        if there:
            self.hold_number(issued.document.receipt, there, issued.document)

    def hold_number(self, receipt: ReceiptId, there: str, document: StoredDocument | None = None) -> None:
        """The same of any number."""
        told = {"issuedOn": document.issue_date.isoformat(), "total": str(document.total)} if document else {}
        self.wishes.append({"name": receipt.file_name, "state": there, "currency": "PEN", **told})

    def plant(self) -> None:
        """Make SUNAT hold it, and let the time pass that its registers need."""
        assert self.here.simulator.put("/_simulator/ledger", json=self.wishes).json() == {"planted": len(self.wishes)}
        self.wishes.clear()
        self.here.clock.forward(3600 - 1)

    def again(self, issued: Issued, **changes: Any) -> Issued:
        """Another document in a copy of its row, only signed."""
        number = f"00000000-0000-7000-9000-{next(self.ids):012d}"
        document = replace(issued.document, id=number, **changes)
        submission = replace(issued.submission, id=number, document_id=number)
        with self.here.platform.database.transaction() as connection:
            documents.add(connection, document.scope, document)
            submissions.add(connection, document.scope, submission, self.here.clock())
        return Issued(document, submission, issued.xml)

    def blob(self, name: str) -> Path:
        """The file of a blob on the disk."""
        folder: Path = self.here.platform.blobs._folder  # type: ignore[assignment]  # a folder here
        return folder / name[:2] / name[2:4] / name


def false_cdr(receipt: ReceiptId) -> bytes:
    """A CDR in which somebody wrote after it was signed."""
    return cdr_zip(receipt, cdr_xml(receipt).replace(b"ha sido aceptado", b"ha sido aceptada"))
