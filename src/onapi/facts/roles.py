"""Roles and scopes: what each sort of user may do, as rows of roles.tsv.

>>> sorted(scopes_of("auditor"))
['cpe:read', 'logs']
"""

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from onapi.facts.table import read

DEFAULT: Final = "emisor"


@dataclass(frozen=True, slots=True)
class Role:
    """One sort of user."""

    key: str
    name: str  # Spanish
    scopes: tuple[str, ...]


@cache
def roles() -> MappingProxyType[str, Role]:
    """Every role by its key, in the order of the file."""
    table = read("roles.tsv")
    scopes = table.columns[2:]
    return MappingProxyType(
        {
            key: Role(key, name, tuple(scope for scope, cell in zip(scopes, cells, strict=True) if cell == "1"))
            for key, name, *cells in table.rows
        }
    )


def scopes_of(role: str) -> tuple[str, ...]:
    """What a role may do; KeyError for a role that nobody knows."""
    return roles()[role].scopes
