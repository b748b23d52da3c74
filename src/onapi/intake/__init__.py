"""Outside forms of a receipt, each read into the same form of its kind."""

from onapi.intake.receipt import Taken, read_document
from onapi.intake.text import read_json

__all__ = ["Taken", "read_document", "read_json"]
