"""What a record tells of a batch: its number and day. Its receipts have money and customers, the batch has none."""

from typing import Any

from onapi.kinds.batch.model import Batch
from onapi.kinds.kind import Digest


def digest(batch: Batch[Any]) -> Digest:
    """Number and day."""
    nothing: dict[str, Any] = dict.fromkeys(("currency", "total", "igv", "customer"))
    return Digest(id=batch.id, issue_date=batch.issue_date, counted_from=batch.reference_date, **nothing)
