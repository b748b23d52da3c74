"""What a sendBill costs the simulator: all of it, and the part that is neither schema nor signature, in CPU."""

import tempfile
import time
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from craft import sample
from figures import show

from onapi import read
from onapi.sign.certificate import self_signed
from onapi.sign.verify import verify_signature
from onapi.sign.xmldsig import sign
from onapi.simulator.authority import open_authority
from onapi.simulator.bill_service import SALES, SALES_SUMMARIES, Counter, serve_bill
from onapi.simulator.clock import MovableClock
from onapi.simulator.envelope import Call
from onapi.simulator.ledger import Ledger
from onapi.simulator.memory import Memory
from onapi.simulator.office import Office, Patience, Profile
from onapi.simulator.ticketbook import TicketBook
from onapi.ubl.schema import schema_faults
from onapi.values.archive import zip_one

_NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
_RUC = "20000000001"
_MANY = 60
_LINES = 10


def run() -> None:
    """Print them."""
    papers = _papers()
    with tempfile.TemporaryDirectory() as folder:
        memory = Memory(Path(folder) / "ledger")
        authority, clock = open_authority(Path(folder) / "authority.pem", _NOW), MovableClock(lambda: _NOW, memory)
        office = Office(memory, Ledger(memory), TicketBook(memory), authority, Profile.PRODUCTION, clock, Patience(1))

        def send(number: int) -> None:
            stem = f"{_RUC}-01-F001-{number}"
            content = b64encode(zip_one(f"{stem}.xml", papers[number])).decode()
            said = {"fileName": f"{stem}.zip", "contentFile": content}
            answer = serve_bill(
                office, Counter(SALES, SALES_SUMMARIES), Call("sendBill", said, f"{_RUC}MODDATOS", "moddatos")
            )
            if b"applicationResponse" not in answer:
                raise AssertionError(answer)

        show(f"the simulator's sendBill, {_LINES} lines", _costs(send), "ms CPU")
        memory.close()
    show("of which XSD", _costs(lambda number: schema_faults(papers[number])), "ms CPU")
    show("of which signature", _costs(lambda number: verify_signature(papers[number])), "ms CPU")


def _papers() -> dict[int, bytes]:
    signer, found = self_signed(_RUC, "EMPRESA", _NOW), {}
    for number in range(1, _MANY + 1):
        receipt = read({**sample(_LINES), "correlativo": number}, now=_NOW)
        found[number] = sign(receipt.kind.build(receipt.document), signer, receipt.kind.signature_id).xml
    return found


def _costs(work: Callable[[int], object]) -> list[float]:
    costs = []
    for number in range(1, _MANY + 1):
        started = time.process_time()
        work(number)
        costs.append((time.process_time() - started) * 1000)
    return costs[10:]  # the first ones load rules and schemas


if __name__ == "__main__":
    run()
