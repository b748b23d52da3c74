"""Passwords: hashed with Argon2id, normalised before, and refused when they are easy to guess (reliability 5.2).

What counts is length: at least 15 characters (NIST SP 800-63B-4 for a single factor), at most 256, any sign. Nobody
has to mix sorts of signs, and nobody has to change a password by the calendar.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterable

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from onapi.errors import InvalidDocument
from onapi.facts.passwords import is_common, letters, plain, words
from onapi.rules.rule import Fault

LEAST, MOST = 15, 256  # characters
_GENERATED_BYTES = 18
_LEAST_CONTEXT = 4  # letters of a name that are looked for; shorter ones are in many a sentence
_LEAST_WORD = 6  # of one word of a company's name
_OUR_NAMES = ("sunat", "onapi")
_FORMS = re.compile(
    r"\b(s\.?\s?a\.?\s?c\.?|s\.?\s?a\.?\s?a?\.?|e\.?\s?i\.?\s?r\.?\s?l\.?|s\.?\s?r\.?\s?l\.?)(?!\w)", re.IGNORECASE
)

# 19 MiB, two passes: 38 ms of CPU, the least that OWASP names; more of either would let logins starve the API
_hasher = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def hash_of(password: str) -> str:
    """What is kept of a password."""
    return _hasher.hash(_normal(password))


_NOBODY = hash_of(secrets.token_urlsafe(16))  # what an unknown user's password is held against


def verify(password: str, kept: str | None) -> bool:
    """Whether it is the kept one; costs the same where nothing is kept."""
    return _hasher.verify(_normal(password), _NOBODY if kept is None else kept) and kept is not None


def generated() -> str:
    """A new random one."""
    return secrets.token_urlsafe(_GENERATED_BYTES)


def refuse_weak(password: str, *, username: str, rucs: Iterable[str], companies: Iterable[str]) -> None:
    """InvalidDocument says in Spanish why a password is not taken."""
    if problem := trouble(password, username=username, rucs=rucs, companies=companies):
        fault = Fault("weak_password", "/password", problem)
        raise InvalidDocument(problem, key="validation_failed", faults=(fault,))


def trouble(password: str, *, username: str, rucs: Iterable[str], companies: Iterable[str]) -> str:
    """Why a password is not taken, "" if it is."""
    normal = _normal(password)
    if len(normal) < LEAST:
        return f"La contraseña debe tener al menos {LEAST} caracteres."
    if len(normal) > MOST:
        return f"La contraseña puede tener hasta {MOST} caracteres."
    if is_common(normal):
        return "La contraseña es de las que se prueban primero; elija otra, por ejemplo varias palabras sin relación."
    forms = (plain(normal), letters(normal))
    if any(ruc in form for ruc in rucs for form in forms):
        return "La contraseña no puede contener el RUC."
    told = (*_OUR_NAMES, *_names_of_user(username), *(name for each in companies for name in _names_of_company(each)))
    if any(name in form for name in told for form in forms):
        return "La contraseña no puede contener el usuario, el nombre de la empresa, «sunat» ni «onapi»."
    return ""


def _names_of_user(username: str) -> set[str]:
    """The whole name, and what stands before its at sign."""
    found = {plain(username), plain(username.partition("@")[0])}
    return {name for name in found if len(name) >= _LEAST_CONTEXT}


def _names_of_company(name: str) -> set[str]:
    """The name without its legal form, and its longer words but those that many companies have."""
    bare = _FORMS.sub("", name)
    single = {plain(word) for word in bare.split()} - words()
    whole = {plain(bare)}
    return {word for word in single if len(word) >= _LEAST_WORD} | {w for w in whole if len(w) >= _LEAST_CONTEXT}
