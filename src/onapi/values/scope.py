"""Whose row it is: test and live companies never share one, so the environment is part of every key."""

from dataclasses import dataclass
from enum import StrEnum


class Environment(StrEnum):
    """Which SUNAT a company talks to."""

    SANDBOX = "sandbox"  # the simulator that ships with the product
    BETA = "beta"  # SUNAT's test service
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class Scope:
    """A company in an environment: every query of the store takes one."""

    environment: Environment
    ruc: str
