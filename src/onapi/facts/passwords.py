"""Passwords that everybody tries: common words, keyboard walks, and what people make of them.

>>> is_common("Contraseña12345!"), is_common("cuatro guitarras bajo la lluvia")
(True, False)
"""

import re
import unicodedata
from functools import cache
from typing import Final

from onapi.facts.table import read

# what people write for letters; a digit that stands for none stays one
_LEET: Final = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
_MARKS: Final = re.compile(r"[\W_]+")
_EDGES: Final = re.compile(r"^[\d\s!-/:-@\[-`{-~]+|[\d\s!-/:-@\[-`{-~]+$")  # digits, blanks, marks of ASCII
_DIGITS: Final = re.compile(r"\d+")
_REPEATED: Final = re.compile(r"(.{1,8}?)\1+")
_FEWEST_SIGNS: Final = 5  # different ones


@cache
def words() -> frozenset[str]:
    """Every listed word, lower case, without marks or accents."""
    return frozenset(row[0] for row in read("common_passwords.tsv").rows)


def plain(text: str) -> str:
    """A text in small letters and digits, without accents, spaces and marks."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return _MARKS.sub("", "".join(sign for sign in parts if not unicodedata.combining(sign)))


def letters(text: str) -> str:
    """The same, with digits and marks that stand for letters read as those."""
    return plain(text.casefold().translate(_LEET))


def is_common(password: str) -> bool:
    """Whether it is a listed word, one or two of them with digits and marks around, or a short piece repeated."""
    bare = _EDGES.sub("", password)
    if len(set(password)) < _FEWEST_SIGNS or not bare:
        return True
    forms = {plain(password), plain(bare), letters(password), letters(bare), _DIGITS.sub("", plain(password))}
    return any(_is_listed(form) for form in forms)


def _is_listed(form: str) -> bool:
    known = words()
    repeated = _REPEATED.fullmatch(form)
    if form in known or (repeated and len(form) > len(repeated[1]) * 2):
        return True
    if repeated and repeated[1] in known:
        return True
    return any(form[:cut] in known and form[cut:] in known for cut in range(1, len(form)))
