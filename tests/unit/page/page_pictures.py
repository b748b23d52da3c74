"""Printed pages as pictures: which are kept as approved, how they are drawn, and when two count as the same.

A kept picture is a PNG of 72 dots to the inch in few colours, so that all of them together stay small. Two are the
same if nobody could tell them apart: another digit is another picture, another release of a colour table is not.
"""

from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree
from page_samples import DIGEST
from PIL import Image, ImageChops, ImageDraw, ImageStat

from onapi.kinds import KINDS
from onapi.kinds.kind import Kind, PrintContext
from onapi.library.draw import qr_of
from onapi.page import TEMPLATES, Page
from onapi.page.pdf import draw
from onapi.values.xmltree import local_name, parse_xml, text_of

GOLDEN = Path(__file__).parents[2] / "golden"
KEPT = GOLDEN / "pages"
PPI = 72
COLOURS = 32
LOOKUP = "Consulte su validez en www.sunat.gob.pe con su clave SOL u opción sin clave SOL."
AUTHORIZATION = "Autorizado mediante Resolución de Intendencia N.º 034-005-0005655/SUNAT."
GUIDE_QR = "https://e-factura.sunat.gob.pe/v1/contribuyente/gre/comprobantes/descargaqr?hashqr=" + "k3J9+xQ/" * 8
ALL = tuple(TEMPLATES)

_ROOTS = {"CreditNote": "07", "DebitNote": "08", "SelfBilledInvoice": "04", "Retention": "20", "Perception": "40"}
_PALEST = 24  # of 255: what a colour table may change of a dot, halved in size
_MEAN = 0.8


@dataclass(frozen=True, slots=True)
class Sample:
    """A golden document on the papers on which it is kept."""

    name: str  # of the pictures
    case: str  # folder below tests/golden
    papers: tuple[str, ...] = ALL
    is_voided: bool = False  # in production: dressed with logo, colour and the mark of a copy
    most: int = 2  # pages kept


SAMPLES = (
    Sample("01-factura", "sale/detraccion-computed"),
    Sample("03-boleta", "sale/boleta-detraccion-and-attributes"),
    Sample("04-liquidacion", "purchase/advances-told-in-full"),
    Sample("07-nota-de-credito", "sale/credit-note-mixed"),
    Sample("08-nota-de-debito", "sale/debit-note-interest-dollars"),
    Sample("09-guia-remitente", "gre/public-with-the-carriers-vehicle"),
    Sample("31-guia-transportista", "gre/carriers-subcontracted-and-paid-by-another"),
    Sample("20-retencion", "withholding/retention-in-dollars"),
    Sample("40-percepcion", "withholding/perception-of-fuel"),
    Sample("RC-resumen-diario", "batch/RC-every-block"),
    Sample("RA-baja", "batch/RA-every-kind"),
    Sample("RR-reversion", "batch/RR-every-kind"),
    Sample("hundred-lines", "sale/hundred-lines", ("A4",), most=9),
    Sample("sixty-payments", "withholding/retention-sixty-payments", ("A5",)),
    Sample("hostile", "sale/hostile-description", ("A4", "ticket58")),
    Sample("advances", "sale/anticipos-two", ("A4", "ticket80")),
    Sample("perception", "sale/percepcion-computed", ("A5", "ticket58")),
    Sample("retention", "sale/retencion-and-discount", ("A4",)),
    Sample("carried", "sale/guia-embebida", ("A4",)),
    Sample("line-charges", "sale/line-charges", ("A5", "ticket80")),
    Sample("free-lines", "sale/free-lines", ("A4",)),
    Sample("export", "sale/export-hospedaje-0202", ("A4",)),
    Sample("containers", "gre/import-whole-in-containers", ("A4",)),
    Sample("voided", "sale/credit-three-instalments", is_voided=True),
)


def kind_of(root: Any) -> Kind:
    """The kind of a document by its XML."""
    name = local_name(root)
    codes = {
        "Invoice": text_of(root, "InvoiceTypeCode"),
        "DespatchAdvice": text_of(root, "DespatchAdviceTypeCode"),
        "VoidedDocuments": text_of(root, "ID")[:2],
        "SummaryDocuments": "RC",
    }
    return KINDS[codes.get(name) or _ROOTS[name]]


def page_of(xml: bytes, stamp: str | None = "SIN VALOR FISCAL") -> Page:
    """The page of a stored XML, with the code that its kind carries."""
    root = parse_xml(xml)
    kind = kind_of(root)
    document = kind.read(root)
    code = GUIDE_QR if kind.code in {"09", "31"} else qr_of(kind.digest(document), DIGEST)
    return kind.page(document, PrintContext(DIGEST, code, stamp, LOOKUP, AUTHORIZATION))


def case_xml(case: str) -> bytes:
    """The XML of a golden case without the indentation that is there for reading."""
    parser = etree.XMLParser(remove_blank_text=True)
    return etree.tostring(etree.parse(GOLDEN / case / "out.xml", parser))


def sample_page(sample: Sample) -> Page:
    """What a sample prints."""
    page = page_of(case_xml(sample.case), "ANULADO" if sample.is_voided else "SIN VALOR FISCAL")
    if not sample.is_voided:
        return page
    issuer = replace(page.issuer, logo=logo(), phone="(01) 555-0100", email="ventas@prueba.example")
    return replace(page, issuer=issuer, accent="#b5391f", copy_mark="COPIA EMISOR")


def pictures(sample: Sample, paper: str) -> dict[str, bytes]:
    """Names and drawn pages of a sample on a paper, the first ones."""
    drawn = draw(sample_page(sample), paper, ppi=PPI)[: sample.most]
    return {f"{sample.name}-{paper}-{at}.png": data for at, data in enumerate(drawn, 1)}


def small(picture: bytes) -> bytes:
    """The picture in few colours: a quarter of its size."""
    out = BytesIO()
    image = Image.open(BytesIO(picture)).convert("RGB")
    image.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def difference(one: bytes, other: bytes) -> str:
    """What tells two pictures apart; "" if nothing does that an eye could see."""
    left, right = (Image.open(BytesIO(data)).convert("L") for data in (one, other))
    if left.size != right.size:
        return f"el tamaño: {left.size} y {right.size}"
    apart = ImageChops.difference(left.reduce(2), right.reduce(2))
    _, most = apart.getextrema()
    mean = ImageStat.Stat(apart).mean[0]
    place = apart.point(lambda dot: 255 * (dot > _PALEST)).getbbox()
    return f"{most} de 255 a lo más, {mean:.2f} en promedio, en {place}" if most > _PALEST or mean > _MEAN else ""


def logo() -> bytes:
    """A logo of two forms and two colours."""
    picture = Image.new("RGB", (480, 200), "white")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((10, 20, 170, 180), fill=(198, 64, 32))
    pen.rectangle((190, 60, 460, 140), fill=(30, 60, 90))
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
