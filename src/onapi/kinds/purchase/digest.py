"""What a record tells of a purchase."""

from onapi.kinds.kind import Digest
from onapi.kinds.purchase.model import Purchase


def digest(purchase: Purchase) -> Digest:
    """Date, money and the other side, who is the seller here."""
    return Digest(
        id=purchase.id,
        issue_date=purchase.issue_date,
        currency=purchase.currency,
        total=purchase.totals.payable,
        igv=purchase.totals.igv,
        customer=purchase.seller,
    )
