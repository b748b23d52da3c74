"""The letter that goes with a receipt: subject, text and HTML, in Spanish or English. Pure: facts in, words out."""

from onapi.mail.facts import Facts, Link, Row
from onapi.mail.letter import Letter, write

__all__ = ["Facts", "Letter", "Link", "Row", "write"]
