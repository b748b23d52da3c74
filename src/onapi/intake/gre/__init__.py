"""Guías de remisión in the public vocabulary (Greenter's names): the remitente's and the transportista's alike."""

from onapi.intake.gre.fields import FIELDS
from onapi.intake.gre.read import read_guide
from onapi.intake.gre.write import write_guide
from onapi.intake.vocabulary import Vocabulary

VOCABULARY = Vocabulary(read=read_guide, write=write_guide, fields=FIELDS)

__all__ = ["VOCABULARY"]
