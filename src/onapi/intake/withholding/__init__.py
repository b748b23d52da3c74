"""Retenciones and percepciones in the public vocabulary (Greenter's names)."""

from onapi.intake.vocabulary import Vocabulary
from onapi.intake.withholding.fields import PERCEPTION_FIELDS, RETENTION_FIELDS
from onapi.intake.withholding.read import read_withholding
from onapi.intake.withholding.write import write_withholding

RETENTION_VOCABULARY = Vocabulary(read=read_withholding, write=write_withholding, fields=RETENTION_FIELDS)
PERCEPTION_VOCABULARY = Vocabulary(read=read_withholding, write=write_withholding, fields=PERCEPTION_FIELDS)

__all__ = ["PERCEPTION_VOCABULARY", "RETENTION_VOCABULARY"]
