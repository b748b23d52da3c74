"""What a record tells of a sale."""

from onapi.kinds.kind import Digest
from onapi.kinds.sale.model import Sale
from onapi.tax.tribute import IGV, IVAP


def digest(sale: Sale) -> Digest:
    """Date, money and customer; IGV and IVAP never meet in one sale (rule 2644)."""
    return Digest(
        id=sale.id,
        issue_date=sale.issue_date,
        currency=sale.currency,
        total=sale.totals.payable,
        igv=sale.totals.tax(IGV) + sale.totals.tax(IVAP),
        customer=sale.customer,
    )
