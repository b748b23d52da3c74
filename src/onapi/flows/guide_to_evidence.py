"""The page that explains an evidence pack to whoever opens it."""

from collections.abc import Sequence
from datetime import datetime

from onapi.store.receipts import Kept
from onapi.values.moment import in_lima

_TEXT = """EXPEDIENTE DEL COMPROBANTE {name}
{rule}

Dónde está: {sentence}

Serie y número    {label}
Emitido           {issued}
Importe           {amount}
Valor resumen     {digest}
Envíos a SUNAT    {sends}
Ticket            {ticket}
Expediente hecho  {at} (hora de Lima)

Qué hay aquí
  comprobante/          el XML firmado, los mismos bytes que se enviaron a SUNAT
  constancia/           la constancia de recepción (CDR), tal como SUNAT la entregó
  conversaciones/       cada respuesta de SUNAT, sin interpretar; conversaciones.json dice cuándo y de qué dirección
  historia.json         cada paso del comprobante
  registro.json         lo que la plataforma tiene anotado de él
  lotes/                el resumen diario o la baja en que está, con lo mismo de cada uno
  SHA256SUMS            huella de cada archivo; se comprueba con: sha256sum -c SHA256SUMS

Lo que se envió no se guarda aparte del XML, porque llevaba la clave SOL. En las respuestas, las credenciales y tokens
se reemplazaron por [OCULTO]; la huella de la respuesta completa está en conversaciones.json.

Qué hacer
{steps}

Archivos
{files}
"""
_STEPS = (
    "1. Entre a SUNAT Operaciones en Línea con su clave SOL y busque el comprobante por serie y número.",
    "2. Si SUNAT lo tiene, descargue su constancia y adóptela: onapi settle {name} --cdr ARCHIVO",
    "3. Si SUNAT no lo tiene y el plazo sigue abierto: onapi settle {name} --resend",
    "4. No emita otro comprobante por la misma venta mientras no se sepa qué tiene SUNAT.",
)


def readme(kept: Kept, sentence: str, now: datetime, files: Sequence[str]) -> str:
    """The page, in Spanish."""
    document = kept.document
    name = document.receipt.file_name
    amount = f"{document.currency or ''} {document.total}".strip() if document.total is not None else "no lleva"
    return _TEXT.format(
        name=name,
        rule="=" * (27 + len(name)),
        sentence=sentence,
        label=document.receipt.label,
        issued=f"{document.issue_date:%d/%m/%Y}",
        amount=amount,
        digest=document.digest,
        sends=kept.submission.attempts,
        ticket=kept.submission.ticket or "no tiene",
        at=f"{in_lima(now):%d/%m/%Y %H:%M:%S}",
        steps="\n".join(f"  {step.format(name=name)}" for step in _STEPS),
        files="\n".join(f"  {each}" for each in files),
    )
