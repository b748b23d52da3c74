"""What SUNAT said of a receipt, with its proof."""

from dataclasses import dataclass
from datetime import datetime

from onapi.facts.codes import Outcome


@dataclass(frozen=True, slots=True)
class Remark:
    """An observation: the receipt stands, but SUNAT found something."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """SUNAT's word. Accepted and observed ones exist only with a CDR that names the receipt."""

    outcome: Outcome
    code: str  # SUNAT's return code, "0" for accepted
    description: str  # SUNAT's own sentence
    remarks: tuple[Remark, ...] = ()
    link: str = ""  # SUNAT's QR address of an accepted GRE
    issued_at: datetime | None = None
