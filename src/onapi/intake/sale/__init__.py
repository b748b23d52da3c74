"""Facturas, boletas and their notes in the public vocabulary (Greenter's names)."""

from onapi.intake.sale.fields import FIELDS
from onapi.intake.sale.read import read_sale
from onapi.intake.sale.write import write_sale
from onapi.intake.vocabulary import Vocabulary

VOCABULARY = Vocabulary(read=read_sale, write=write_sale, fields=FIELDS)

__all__ = ["VOCABULARY"]
