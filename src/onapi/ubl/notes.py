"""A long remark as several cbc:Note, since SUNAT reads two hundred characters of each (rule 3006)."""

from collections.abc import Iterator, Sequence

LONGEST = 200


def in_notes(text: str) -> Iterator[str]:
    """The text in pieces, cut between words where it can be.

    >>> [len(piece) for piece in in_notes("palabra " * 30)]
    [199, 40]
    """
    rest = text.strip()
    while len(rest) > LONGEST:
        cut = rest.rfind(" ", 0, LONGEST)  # a piece of exactly the longest length is one that had to be cut in a word
        piece = rest[:cut] if cut > 0 else rest[:LONGEST]
        yield piece
        rest = rest[len(piece) :].lstrip()
    if rest:
        yield rest


def joined_notes(pieces: Sequence[str]) -> str:
    """The text again."""
    return "".join(piece if len(piece) == LONGEST else f"{piece} " for piece in pieces).rstrip()
