"""What a reconciliation can find: every class with its sentence, and what a person does about it.

A finding never changes a verdict. SUNAT's own word without proof is a reason to look, no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Words:
    """A class in Spanish; `{…}` are filled from the evidence."""

    sentence: str
    action: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not agree."""

    kind: str  # a key of KINDS_OF_FINDING
    ruc: str
    name: str  # of the document, or of the numbers of a series
    evidence: Mapping[str, str] = field(default_factory=dict)
    repaired: str = ""  # what was done about it

    @property
    def sentence(self) -> str:
        """What is wrong."""
        return KINDS_OF_FINDING[self.kind].sentence.format_map(_Blank(self.evidence))

    @property
    def action(self) -> str:
        """What to do about it."""
        return KINDS_OF_FINDING[self.kind].action.format_map(_Blank({**self.evidence, "name": self.name}))

    def mended(self, words: str) -> "Finding":
        """The same finding, with what was done about it."""
        return replace(self, repaired=words) if words else self


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


_SOL = "Búsquelo en SUNAT Operaciones en Línea"
_PACK = "saque el expediente con `onapi evidence {name} --out expediente.zip`"
_ADOPT = "adopte la constancia con `onapi settle {name} --cdr ARCHIVO`"
_BACKUP = "Recupere el archivo de su copia de respaldo"

KINDS_OF_FINDING: Mapping[str, Words] = {
    # ours against SUNAT's
    "accepted_not_there": Words(
        "Aquí consta aceptado, y SUNAT dice que no lo tiene.",
        f"{_SOL}; si tampoco está allí, {_PACK} y presente la constancia a SUNAT. No lo emita otra vez.",
    ),
    "accepted_but_rejected": Words(
        "Aquí consta aceptado, y SUNAT dice que lo rechazó.",
        f"{_SOL}; {_PACK}. Si el rechazo es cierto, emita un comprobante nuevo con otro número.",
    ),
    "accepted_but_voided": Words(
        "Aquí está vigente, y SUNAT lo tiene de baja.",
        f"Averigüe quién lo dio de baja (otro sistema o el portal) y no lo cobre ni declare; {_PACK}.",
    ),
    "rejected_but_registered": Words(
        "Aquí consta rechazado, y SUNAT lo tiene registrado como {told}.",
        f"No emita otro por la misma venta. Descargue su constancia de SUNAT y {_ADOPT}.",
    ),
    "held_but_registered": Words(
        "Aquí consta que SUNAT no lo registró, y SUNAT lo tiene como {told}.",
        f"No lo corrija ni reenvíe con ese número. Descargue su constancia de SUNAT y {_ADOPT}.",
    ),
    "unsent_but_registered": Words(
        "Aquí no se ha enviado, y SUNAT ya lo tiene como {told}.",
        f"Otro sistema usa la misma serie: sepárelas. Si el comprobante es el mismo, {_ADOPT}.",
    ),
    "unknown_but_known": Words(
        "Aquí se espera la palabra de SUNAT, y SUNAT ya lo tiene como {told}.",
        f"Se le vuelve a pedir la constancia. Si no la entrega, descárguela de SUNAT y {_ADOPT}.",
    ),
    "voided_not_there": Words(
        "Aquí está anulado, y para SUNAT sigue vigente.",
        f"Revise la constancia de la baja: {_PACK}. Si SUNAT no la tiene, emita una nota de crédito.",
    ),
    "voided_but_absent": Words(
        "Aquí está anulado, y SUNAT dice que no tiene el comprobante o que lo rechazó.",
        f"{_SOL}; {_PACK}.",
    ),
    # ours against its proofs
    "cdr_missing": Words(
        "Consta aceptado sin constancia guardada.",
        f"Descargue la constancia de SUNAT y {_ADOPT}.",
    ),
    "cdr_gone": Words(
        "El archivo de su constancia ya no está.",
        f"{_BACKUP}, o descargue la constancia de SUNAT y {_ADOPT}.",
    ),
    "cdr_changed": Words(
        "El archivo de su constancia cambió desde que se guardó.",
        f"{_BACKUP} y averigüe quién escribió en la carpeta de archivos.",
    ),
    "cdr_not_ours": Words(
        "La constancia guardada no es de este comprobante.",
        f"No la use como prueba. Descargue la suya de SUNAT y {_ADOPT}.",
    ),
    "cdr_contradicts": Words(
        "La constancia guardada dice {told}, y aquí consta otra cosa.",
        f"Vale la constancia: {_PACK} y avise a quien mantiene esta plataforma.",
    ),
    "cdr_signature": Words(
        "La firma de la constancia guardada no se puede comprobar.",
        f"No la use como prueba. Descargue otra de SUNAT y {_ADOPT}.",
    ),
    "xml_gone": Words(
        "El XML firmado ya no está.",
        f"{_BACKUP}, o tome el que recibió su cliente: son los mismos bytes (SHA-256 {{sha256}}).",
    ),
    "xml_changed": Words(
        "El XML firmado cambió desde que se guardó.",
        f"{_BACKUP} y averigüe quién escribió en la carpeta de archivos.",
    ),
    "xml_not_ours": Words(
        "El XML guardado no lleva la firma que consta de este comprobante.",
        f"No lo envíe ni entregue; {_PACK} y avise a quien mantiene esta plataforma.",
    ),
    # our record in itself
    "series_gap": Words(
        "Faltan números en la serie: {numbers}.",
        "Busque esos comprobantes; si nunca se emitieron, dígalo con `onapi explain-gap`.",
    ),
    "series_duplicate": Words(
        "Un mismo número lo llevan dos comprobantes, y el anterior no está libre ({before}).",
        f"Vea cuál tiene SUNAT; {_PACK}. No emita más en la serie hasta aclararlo.",
    ),
    "batch_disagrees": Words(
        "Está {state} y su lote {batch} {batch_state}: no dicen lo mismo.",
        f"No lo reenvíe; {_PACK} y avise a quien mantiene esta plataforma.",
    ),
    "past_deadline": Words(
        "El plazo para enviarlo venció el {deadline} y no tiene veredicto de SUNAT.",
        "Vea con `onapi doctor` qué lo detiene; si SUNAT ya no lo admite, emita uno nuevo con fecha de hoy.",
    ),
    "stranded": Words(
        "No tiene veredicto y nadie lo va a mirar otra vez.",
        "Se pone a trabajar por sí solo; si vuelve a aparecer, avise a quien mantiene esta plataforma.",
    ),
    "overdue": Words(
        "Su siguiente paso debía darse el {due} y no se dio.",
        "Compruebe que haya un worker en marcha (`onapi doctor`).",
    ),
}
