"""What a sendBill costs the simulator itself, beside schema, signature and the rules of content."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from time import process_time

import pytest
from sample_invoice import RUC, invoice, new_pen, sign
from sunat_client import NOW, zipped

from onapi.sign.verify import verify_signature
from onapi.simulator import desk
from onapi.simulator.authority import open_authority
from onapi.simulator.bill_service import SALES, SALES_SUMMARIES, Counter, serve_bill
from onapi.simulator.clock import MovableClock
from onapi.simulator.envelope import Call
from onapi.simulator.ledger import Ledger
from onapi.simulator.memory import Memory
from onapi.simulator.office import Office, Patience, Profile
from onapi.simulator.ticketbook import TicketBook
from onapi.ubl.schema import schema_faults

MOST_S = 0.004


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    memory = Memory(tmp_path / "ledger")
    clock = MovableClock(lambda: NOW + timedelta(0), memory)
    authority = open_authority(tmp_path / "authority.pem", NOW)
    yield Office(memory, Ledger(memory), TicketBook(memory), authority, Profile.PRODUCTION, clock, Patience(1))
    memory.close()


def _least(work: Callable[[int], object], times: int = 25) -> float:
    costs = []
    for number in range(1, times):
        started = process_time()
        work(number)
        costs.append(process_time() - started)
    return min(costs)


@pytest.mark.slow
def test_a_send_bill_of_ten_lines(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    pen = new_pen()
    documents = [sign(invoice(f"F001-{number}", lines=10), pen) for number in range(25)]

    def send(number: int) -> None:
        stem = f"{RUC}-01-F001-{number}"
        content = b64encode(zipped(f"{stem}.xml", documents[number])).decode()
        call = Call("sendBill", {"fileName": f"{stem}.zip", "contentFile": content}, f"{RUC}MODDATOS", "moddatos")
        assert b"applicationResponse" in serve_bill(office, Counter(SALES, SALES_SUMMARIES), call)

    monkeypatch.setattr(desk, "findings", lambda *_: ())
    whole = _least(send)
    judged_elsewhere = _least(lambda number: (schema_faults(documents[number]), verify_signature(documents[number])))
    assert whole - judged_elsewhere < MOST_S, (whole, judged_elsewhere)
