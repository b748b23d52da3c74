"""What a record tells of a withholding."""

from onapi.kinds.kind import Digest
from onapi.kinds.withholding.model import SOLES, Withholding


def digest(document: Withholding) -> Digest:
    """Date, receiver and the total withheld, which is in soles whatever was paid in; there is no IGV."""
    return Digest(
        id=document.id,
        issue_date=document.issue_date,
        currency=SOLES,
        total=document.withheld,
        igv=None,
        customer=document.receiver,
    )
