"""Liquidaciones de compra in the public vocabulary: Greenter's names of a factura, and a few of our own."""

from onapi.intake.purchase.fields import FIELDS
from onapi.intake.purchase.read import read_purchase
from onapi.intake.purchase.write import write_purchase
from onapi.intake.vocabulary import Vocabulary

VOCABULARY = Vocabulary(read=read_purchase, write=write_purchase, fields=FIELDS)

__all__ = ["VOCABULARY"]
