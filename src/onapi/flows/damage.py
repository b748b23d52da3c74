"""What `verify` can find damaged, and the sentence that says so."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

CHANGED, MISSING, ADDED = "changed", "missing", "added"
_WORDS: Final = MappingProxyType({CHANGED: "cambió", MISSING: "ya no está", ADDED: "se agregó después"})
_PLACES: Final = MappingProxyType(
    {
        "events": "La línea {name} del historial",
        "talks": "La conversación {name} con SUNAT",
        "acts": "La línea {name} del registro de actos",
        "seals": "El sello {name}",
        "heads": "La cabecera {name}",
        "files": "El archivo {name}",
        "states": "El estado del comprobante {name}",
    }
)


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that is not as it was kept."""

    where: str  # events, talks, acts, seals, heads, files or states
    name: str  # id of the line, number of the seal, day, SHA-256, id of the document
    what: str  # changed, missing or added
    about: str = ""  # the receipt that it belongs to, by its file name

    @property
    def sentence(self) -> str:
        """In Spanish, for whoever has to find out how that came."""
        about = f" ({self.about})" if self.about else ""
        return f"{_PLACES[self.where].format(name=self.name)}{about} {_WORDS[self.what]}."
