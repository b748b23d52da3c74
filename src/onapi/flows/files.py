"""A receipt's files under the names that SUNAT gives them: signed XML, CDR, printed page."""

from onapi.flows import look
from onapi.flows.file import PDF, XML, ZIP, File, FileKind
from onapi.flows.platform import Platform
from onapi.flows.print import printed
from onapi.store.receipts import Kept
from onapi.values.archive import zip_one

__all__ = ["PDF", "XML", "ZIP", "File", "FileKind", "file_of"]


def file_of(platform: Platform, kept: Kept, kind: FileKind, *, template: str = "A4", zipped: bool = False) -> File:
    """One of a receipt's files; NotFound where it does not have it. The CDR as ZIP is the one that SUNAT sent."""
    name = kept.document.receipt.file_name
    if kind == "pdf":
        return printed(platform, kept, template)
    if kind == "cdr":
        archive, read = look.cdr_of(platform, kept)
        if not zipped:
            return File(f"R-{name}.xml", XML, read.xml)
        whole = archive if archive[:2] == b"PK" else zip_one(f"R-{name}.xml", archive)
        return File(f"R-{name}.zip", ZIP, whole)
    xml = look.xml_of(platform, kept)
    return File(f"{name}.zip", ZIP, zip_one(f"{name}.xml", xml)) if zipped else File(f"{name}.xml", XML, xml)
