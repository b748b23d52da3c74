"""The flat file `trama`, version 1: typed lines with fixed positions that say what a JSON document says, and back.

`OP|1|03|20000000001|B001|10|2026-11-20` opens; each further line is a record. `records.py` is the whole format.
"""

from onapi.intake.trama.fields import decode_trama
from onapi.intake.trama.read import Trama, read_trama
from onapi.intake.trama.records import VERSION
from onapi.intake.trama.write import write_trama

__all__ = ["VERSION", "Trama", "decode_trama", "read_trama", "write_trama"]
