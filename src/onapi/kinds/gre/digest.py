"""What a record tells of a guía: no money, and who receives the goods."""

from onapi.kinds.gre.model import Guide
from onapi.kinds.kind import Digest


def digest(guide: Guide) -> Digest:
    """Number, date and recipient."""
    return Digest(
        id=guide.id, issue_date=guide.issue_date, currency=None, total=None, igv=None, customer=guide.recipient
    )
