"""Outside forms of a receipt, each read into the same form of its kind."""

from onapi.intake.receipt import Taken, read_document
from onapi.intake.text import read_json
from onapi.intake.trama import Trama, read_trama

__all__ = ["Taken", "Trama", "read_document", "read_json", "read_trama"]
