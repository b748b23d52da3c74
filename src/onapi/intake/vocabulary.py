"""The public vocabulary of a document family: its fields, and the two functions that read and write them.

`fields` is the one table of pairs between the caller's words and ours. From it come the JSON pointer of a fault, the
field list of a kind's page and the answer to "which field does SUNAT mean". Lists are marked `[]` on both sides:
`details[]/cantidad` is `lines[].quantity`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, TypeAlias

from onapi.intake.reader import Reader
from onapi.values.number import ReceiptId

Need: TypeAlias = Literal["R", "C", "O"]  # required, computed when absent, optional

_INDEX = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the vocabulary."""

    name: str  # in JSON, from the document's root: "details[]/cantidad"
    path: str  # in the model: "lines[].quantity"; "" where the model has no such place
    need: Need
    text: str  # Spanish: what it is, its rule and its default


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How a family of documents is said in JSON."""

    read: Callable[[Reader, ReceiptId, bool], Any]  # fields, natural key, strict RUC -> the kind's form
    write: Callable[[Any], dict[str, Any]]  # a complete document -> its JSON, canonical names
    fields: tuple[Field, ...]
    identify: Callable[[Reader], tuple[str, int]] | None = None  # series and number, where they are not said as such

    def pointer(self, path: str, prefix: str) -> str:
        """The JSON pointer of a model path; a path that is a pointer already stays as it is.

        A place without a field of its own is told by the nearest one around it.
        """
        if path.startswith("/"):
            return path
        indexes = _INDEX.findall(path)
        names = _names(self.fields)
        known = _INDEX.sub("[]", path)
        while known and known not in names:
            known = known[: max(known.rfind("."), known.rfind("[]"), 0)]
        for index in indexes[: known.count("[]")]:
            known = known.replace("[]", f"[{index}]", 1)
        name = names.get(_INDEX.sub("[]", known), "")
        for index in _INDEX.findall(known):
            name = name.replace("[]", f"/{index}", 1)
        return f"{prefix}/{name}" if name else prefix


@cache
def _names(fields: tuple[Field, ...]) -> Mapping[str, str]:
    """Our path to the caller's name; of several names the first is the canonical one."""
    names: dict[str, str] = {}
    for field in fields:
        if field.path:
            names.setdefault(field.path, field.name)
    return names
