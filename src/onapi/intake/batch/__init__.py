"""Resumen diario, comunicación de baja and reversión in the public vocabulary (Greenter's names)."""

from onapi.intake.batch.fields import SUMMARY_FIELDS, VOIDED_FIELDS
from onapi.intake.batch.number import identify_by
from onapi.intake.batch.read import read_summary, read_voided
from onapi.intake.batch.write import write_summary, write_voided
from onapi.intake.vocabulary import Vocabulary

SUMMARY_VOCABULARY = Vocabulary(
    read=read_summary, write=write_summary, fields=SUMMARY_FIELDS, identify=identify_by("fecResumen")
)
VOIDED_VOCABULARY = Vocabulary(
    read=read_voided, write=write_voided, fields=VOIDED_FIELDS, identify=identify_by("fecComunicacion")
)

__all__ = ["SUMMARY_VOCABULARY", "VOIDED_VOCABULARY"]
