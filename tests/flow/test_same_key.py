"""R12 over a month: the same request, by its number or by its key, is the same receipt, byte for byte."""

import json
from datetime import timedelta
from typing import Any

import pytest
from batch_world import FIRM, ITEM
from flow_world import RUC, World

from onapi.api.shapes.record import record
from onapi.errors import Conflict
from onapi.flows import look
from onapi.flows.issue import Issued, Request, issue
from onapi.flows.repeat import KEY
from onapi.library.forms import Told
from onapi.store.receipts import Kept

DAYS = 29


def ask(here: World, document: dict[str, Any], key: str | None = None) -> Issued:
    said = {"client": FIRM, "details": [ITEM], "fechaEmision": "2026-11-20", **document}
    told = Told("json", said, doctype="01", pointer="/document")
    return issue(here.platform, Request(RUC, told, request_key=KEY + key if key else None))


def public(here: World, issued: Issued) -> str:
    """As the API answers it."""
    kept = look.again(here.platform, Kept(issued.document, issued.submission))
    return json.dumps(record(kept, here.clock(), look.surroundings_of(here.platform, kept)), default=str)


@pytest.mark.parametrize("way", ["number", "key", "both"])
def test_a_month_later_it_is_the_same(here: World, way: str) -> None:
    series = f"F{next(here.numbers) % 900 + 100}"  # another test's numbers are not in the simulator's way
    document = {"serie": series, **({"correlativo": 1} if way != "key" else {})}
    key = f"pedido-{series}" if way != "number" else None
    first = ask(here, document, key)
    here.run()
    before = public(here, first)
    for _ in range(DAYS):
        here.clock.forward(timedelta(days=1).total_seconds())
        again = ask(here, document, key)
        assert again.replayed
        assert (again.document, again.xml) == (first.document, first.xml)
        assert public(here, again) == before
    assert [row["sends"] for row in here.ledger(first)] == [1]
    with pytest.raises(Conflict):
        ask(here, {**document, "observacion": "otra"}, key)
