"""SUNAT's answer to a document, the CDR: reading the real ones, writing the simulator's."""

from onapi.cdr.read import Cdr, Note, read_cdr
from onapi.cdr.write import Answer, write_cdr

__all__ = ["Answer", "Cdr", "Note", "read_cdr", "write_cdr"]
