"""What summaries do: a daily summary adds, changes and voids boletas and their notes, RA and RR void what went alone.

The rows of SUNAT's sheets that ask its list of documents about each line; the first line that is wrong stops the
whole file, and whoever calls undoes what the lines before it did.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from onapi.simulator.content import Finding
from onapi.simulator.deadlines import day, void_finding
from onapi.simulator.ledger import Registered, Standing
from onapi.simulator.office import Office
from onapi.simulator.received import FileName
from onapi.values.moment import in_lima
from onapi.values.number import ReceiptId
from onapi.values.xmltree import Element, all_local, find_local, text_of

_ADD, _CHANGE, _VOID = "1", "2", "3"
_ACCEPTED = "0"


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a summary."""

    node: Element
    key: ReceiptId
    condition: str  # of a daily summary; "" elsewhere

    def finding(self, code: str, *, is_error: bool = True) -> Finding:
        """Something against this line."""
        return Finding(code, is_error, self.node.getroottree().getpath(self.node), self.key.label)


@dataclass(frozen=True, slots=True)
class _Codes:
    """What SUNAT answers about a document that a file voids."""

    missing: str
    rejected: str  # "" where a rejected one is as good as any
    voided: str
    another_day: str = ""


_VOIDING = {
    "RA": _Codes("2105", "2398", "2323", "2375"),
    "RR": _Codes("2750", "2398", "2751"),
}


def apply_lines(office: Office, name: FileName, root: Element, received_at: datetime) -> Iterator[Finding]:
    """Do what the lines say, one by one, and give what is found against each before it is done."""
    referred = day(text_of(root, "ReferenceDate")) or in_lima(received_at).date()
    counter = _Counter(office, name, referred, received_at)
    for number, line in enumerate(_lines(root, name), start=1):
        yield from counter.summarise(line) if name.doctype == "RC" else counter.void(line)
        office.tickets.add_member(name.stem, number, line.condition, line.key)


@dataclass(frozen=True, slots=True)
class _Counter:
    """Whoever takes the lines of one file."""

    office: Office
    name: FileName
    referred: date  # the day of the documents in the file
    received_at: datetime

    def void(self, line: _Line) -> Iterator[Finding]:
        """A line of RA or RR."""
        codes = _VOIDING[self.name.doctype]
        holder = self.office.ledger.find(line.key)
        yield from self._void_faults(line, holder, codes)
        if holder:
            self._change(holder, Standing.VOIDED)

    def summarise(self, line: _Line) -> Iterator[Finding]:
        """A line of a daily summary."""
        holder = self.office.ledger.find(line.key)
        if holder and holder.standing is not Standing.ACCEPTED:
            yield line.finding("2987")
        if holder and line.condition == _ADD:
            yield line.finding("2282")
        if holder is None and line.condition != _ADD and not self.office.in_beta:
            yield line.finding("2663")
        yield from self._note_faults(line)
        if line.condition == _VOID:
            yield from self._late(line)
            if holder:
                self._change(holder, Standing.VOIDED)
            return
        self.office.ledger.put(self._told(line, holder))

    def _void_faults(self, line: _Line, holder: Registered | None, codes: _Codes) -> Iterator[Finding]:
        if holder is None:
            if not self.office.in_beta:
                yield line.finding(codes.missing)
        elif holder.standing is Standing.REJECTED and codes.rejected:
            yield line.finding(codes.rejected)
        elif holder.standing is Standing.VOIDED:
            yield line.finding(codes.voided)
        yield from self._late(line)
        if holder and codes.another_day and holder.issued_on not in {"", self.referred.isoformat()}:
            yield line.finding(codes.another_day)

    def _note_faults(self, line: _Line) -> Iterator[Finding]:
        """Of a note in a daily summary: the boleta it modifies stands (2989, 2990)."""
        modified = find_local(line.node, "BillingReference/InvoiceDocumentReference")
        if modified is None or text_of(modified, "DocumentTypeCode") != "03":
            return
        series, _, number = text_of(modified, "ID").partition("-")
        if not (series.startswith("B") and number.isdigit() and number.isascii()):
            return
        holder = self.office.ledger.find(ReceiptId(self.name.ruc, "03", series, int(number)))
        if holder is None and not self.office.in_beta:
            yield line.finding("2989")
        if holder and holder.standing is not Standing.ACCEPTED:
            yield line.finding("2990")

    def _late(self, line: _Line) -> Iterator[Finding]:
        path = line.node.getroottree().getpath(line.node)
        received_on = in_lima(self.received_at).date()
        late = void_finding(line.key.doctype, line.key.series, self.referred, received_on, path)
        if late:
            yield late

    def _change(self, holder: Registered, standing: Standing) -> None:
        at = in_lima(self.received_at).isoformat(timespec="seconds")
        self.office.ledger.put(replace(holder, standing=standing, changed_by=self.name.stem, changed_at=at))

    def _told(self, line: _Line, holder: Registered | None) -> Registered:
        """A document as this line tells of it."""
        total = find_local(line.node, "TotalAmount")
        fresh = holder or Registered(
            line.key, line.key.file_name, "", Standing.ACCEPTED, _ACCEPTED, self.received_at, came_by=self.name.stem
        )
        changed = in_lima(self.received_at).isoformat(timespec="seconds") if holder else ""
        return replace(
            fresh,
            issued_on=self.referred.isoformat(),
            currency="" if total is None else total.get("currencyID", ""),
            total="" if total is None else text_of(total),
            recipient=_recipient(line.node),
            changed_by=self.name.stem if holder else "",
            changed_at=changed,
        )


def _lines(root: Element, name: FileName) -> Iterator[_Line]:
    """The lines, as their documents' numbers; what is no number was found out by the content rules."""
    if name.doctype == "RC":
        for node in all_local(root, "SummaryDocumentsLine"):
            series, _, number = text_of(node, "ID").partition("-")
            key = ReceiptId(name.ruc, text_of(node, "DocumentTypeCode"), series, int(number))
            yield _Line(node, key, text_of(node, "Status/ConditionCode"))
        return
    for node in all_local(root, "VoidedDocumentsLine"):
        series, number = text_of(node, "DocumentSerialID"), text_of(node, "DocumentNumberID")
        yield _Line(node, ReceiptId(name.ruc, text_of(node, "DocumentTypeCode"), series, int(number)), "")


def _recipient(node: Element) -> str:
    kind = text_of(node, "AccountingCustomerParty/AdditionalAccountID")
    number = text_of(node, "AccountingCustomerParty/CustomerAssignedAccountID")
    return f"{kind}-{number}" if kind or number else "-"
