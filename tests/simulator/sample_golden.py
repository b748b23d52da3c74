"""Documents of the other kinds: the goldens of the repository, set to a number and a day, and signed anew."""

from pathlib import Path

from lxml import etree
from sample_invoice import TODAY, Pen, sign

_GOLDEN = Path(__file__).parents[1] / "golden"
CASES = {
    "01": "sale/01-F104-1",  # takes an advance off
    "04": "purchase/taxed-with-renta",
    "09": "gre/09-T001-1",
    "20": "withholding/20-R001-1",
    "31": "gre/31-V001-1",
    "40": "withholding/40-P001-1",
}


def golden(doctype: str, number: str, pen: Pen, *, swap: dict[str, str] | None = None, issued: str = TODAY) -> bytes:
    """A signed document; `swap` replaces texts in it."""
    root = etree.fromstring((_GOLDEN / CASES[doctype] / "out.xml").read_bytes())
    for node in root.iter():
        node.text = node.text if node.text and node.text.strip() else None
        node.tail = None
    for name, text in (("ID", number), ("IssueDate", issued)):
        found = root.find(f"{{*}}{name}")
        assert found is not None
        found.text = text
    written = etree.tostring(root).decode()
    for old, new in (swap or {}).items():
        assert old in written, old
        written = written.replace(old, new)
    return sign(written, pen, signature_id="SignatureOnAPI")
