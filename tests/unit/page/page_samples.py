"""Pages to print: a factura of any number of lines."""

from datetime import date
from decimal import Decimal

from onapi.page import Box, Column, Field, Instalment, Issuer, Page, Total, amount_in_words, qr_text

DIGEST = "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="
LONG = (
    "Servicio de instalación eléctrica trifásica en local comercial: tendido de tubería empotrada, cableado libre de"
    " halógenos, tablero general con interruptores diferenciales y puesta a tierra certificada, según cotización"
)
GOODS = (
    "Cemento Portland tipo I, bolsa de 42.5 kg",
    LONG,
    "Lápiz",
    "Café orgánico de Villa Rica, molido, 250 g",
)
COLUMNS = (
    Column("N.º", "right"),
    Column("Código"),
    Column("Descripción", flex=1, main=True),
    Column("Unidad", "center"),
    Column("Cantidad", "right"),
    Column("V. unitario", "right"),
    Column("Importe", "right"),
)


def row(at: int) -> tuple[str, ...]:
    """Line `at` (from 1), its amounts of different widths."""
    amount = Decimal("17.35") * at * (10 if at % 7 == 0 else 1)
    return (str(at), f"P{at:04}", GOODS[(at - 1) % len(GOODS)], "NIU", f"{at}", f"{amount / at:,.2f}", f"{amount:,.2f}")


def factura(lines: int = 3) -> Page:
    """A factura on credit with that many lines."""
    net = sum((Decimal(row(at)[-1].replace(",", "")) for at in range(1, lines + 1)), Decimal(0))
    igv = (net * Decimal("0.18")).quantize(Decimal("0.01"))
    total = net + igv
    return Page(
        title="Factura F001-123",
        heading="FACTURA ELECTRÓNICA",
        number="F001-00000123",
        dated=date(2026, 11, 20),
        issuer=Issuer(
            name="INVERSIONES ANDINAS DEL SUR S.A.C.",
            ruc="20123456786",
            trade_name="Ferretería El Ñandú",
            address=("Av. Los Próceres 1450, Urb. San Isidro", "Arequipa - Arequipa - José Luis Bustamante y Rivero"),
            phone="(054) 456-789",
            email="ventas@elnandu.example",
        ),
        boxes=(
            Box(
                "Adquirente",
                (
                    Field("Señor(es)", "CONSTRUCTORA LOS ÁNGELES DE LA PAZ E.I.R.L."),
                    Field("RUC", "20987654326"),
                    Field("Dirección", "Jr. Huáscar 234, Int. 5, Cercado, Cusco - Cusco - Cusco"),
                ),
            ),
            Box(
                "Comprobante",
                (
                    Field("Emisión", "20/11/2026"),
                    Field("Vencimiento", "20/12/2026"),
                    Field("Moneda", "Soles (PEN)"),
                    Field("Pago", "Crédito"),
                    Field("Guía", "T001-00000045"),
                ),
            ),
        ),
        columns=COLUMNS,
        rows=tuple(row(at) for at in range(1, lines + 1)),
        totals=(
            Total("Op. gravadas", f"S/ {net:,.2f}"),
            Total("IGV 18 %", f"S/ {igv:,.2f}"),
            Total("Importe total", f"S/ {total:,.2f}", emphasis=True),
        ),
        words=amount_in_words(total, "PEN"),
        legends=("Operación sujeta a detracción: 12 % (037), S/ 27.00, cuenta 00-101-123456 del Banco de la Nación.",),
        instalments=(
            Instalment("Cuota001", "20/12/2026", f"S/ {net:,.2f}"),
            Instalment("Cuota002", "20/01/2027", f"S/ {igv:,.2f}"),
        ),
        notes=("Entregar en obra, de 8:00 a 13:00. No se aceptan devoluciones después de siete días.",),
        qr=qr_text(
            ruc="20123456786",
            doc_type="01",
            series="F001",
            number=123,
            igv=igv,
            total=total,
            issued=date(2026, 11, 20),
            customer_id_type="6",
            customer_id="20987654326",
            digest=DIGEST,
        ),
        digest=DIGEST,
        footer=(
            "Representación impresa de la FACTURA ELECTRÓNICA",
            "Consúltela en https://facturas.elnandu.example",
        ),
    )
