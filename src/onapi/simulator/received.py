"""What SUNAT looks at before it opens a document, in its order (its sheet General): user, ZIP's name, ZIP, XML's name.

The first check that fails refuses; each one's sentence is SUNAT's own.
"""

import re
from base64 import b64decode
from dataclasses import dataclass

from onapi.errors import Unreadable
from onapi.simulator.headers import BATCHES
from onapi.simulator.office import refusal
from onapi.simulator.registers import NO_PROFILE, has_mark
from onapi.values.archive import unzip_one
from onapi.values.number import ReceiptId

_USER = re.compile(r"([12]\d{10})MODDATOS", re.ASCII)
_PASSWORD = "moddatos"  # noqa: S105 - SUNAT publishes it for its test service
_NAME = re.compile(r"([12]\d{10})-(?:(\d\d)-([A-Z0-9]{4}|\d{1,4})-(\d{1,8})|(RC|RA|RR|LT)-(\d{8})-(\d{1,5}))", re.ASCII)
_ZIP_REASONS = {"empty": "0155", "corrupt": "0156", "dangerous": "0156", "no_file": "0157", "many_files": "0158"}
LOT = "LT"


@dataclass(frozen=True, slots=True)
class FileName:
    """The name of a file, `20000000001-01-F001-1`, taken apart; series and number as they were written."""

    stem: str
    ruc: str
    doctype: str
    series: str  # the date, for a summary
    number: str

    @property
    def key(self) -> ReceiptId:
        """What the ledger knows it by."""
        return ReceiptId(self.ruc, self.doctype, self.series, int(self.number))

    @property
    def is_batch(self) -> bool:
        """True for summaries."""
        return self.doctype in BATCHES

    @property
    def is_contingency(self) -> bool:
        """True for a series of an authorised printer."""
        return not self.is_batch and self.series[0].isdigit()

    @property
    def label(self) -> str:
        """What its XML has to carry as ID, letter by letter."""
        return f"{self.doctype}-{self.series}-{self.number}" if self.is_batch else f"{self.series}-{self.number}"


def authenticate(username: str, password: str) -> str:
    """The RUC behind a call: any RUC with SUNAT's published test user (0102), but for one without profile (0111)."""
    user = _USER.fullmatch(username)
    if not user or password != _PASSWORD:
        raise refusal("0102")
    if has_mark(user[1], NO_PROFILE):
        raise refusal("0111", "Rejected by policy.")
    return user[1]


def split_name(stem: str) -> FileName | None:
    """A file's name without suffix, taken apart; None if it is none."""
    found = _NAME.fullmatch(stem)
    if not found:
        return None
    doctype, series, number = found.group(2, 3, 4) if found[2] else found.group(5, 6, 7)
    return FileName(stem, found[1], doctype, series, number) if int(number) else None


def file_name(text: str, doctypes: frozenset[str]) -> FileName:
    """The ZIP's name, when it names a kind of document that this address and operation take (0151)."""
    name = split_name(text[:-4]) if text[-4:] in {".zip", ".ZIP"} else None
    if not name or name.doctype not in doctypes:
        raise refusal("0151")
    return name


def refuse_foreign(name: FileName, user_ruc: str) -> None:
    """A user sends its own RUC's documents only (0154)."""
    if name.ruc != user_ruc:
        raise refusal("0154")


def decoded(content: str) -> bytes:
    """The ZIP in a call (0156 when it is no base64)."""
    try:
        return b64decode(content, validate=False)
    except ValueError:
        raise refusal("0156") from None


def unpack(archive: bytes, name: FileName) -> bytes:
    """The XML in the ZIP (0155 to 0158), rightly named (0159, 0161) and not empty (0160)."""
    try:
        found, xml = unzip_one(archive, suffix="")
    except Unreadable as error:
        raise refusal(_ZIP_REASONS[str(error.facts["reason"])]) from None
    if found[-4:] not in {".xml", ".XML"} or not split_name(found[:-4]):
        raise refusal("0159")
    if found[:-4] != name.stem:
        raise refusal("0161")
    if not xml:
        raise refusal("0160")
    return xml
