"""SUNAT's rules as rows, and the one function that walks them."""

from onapi.rules.rule import Fault, Level, Rule

__all__ = ["Fault", "Level", "Rule"]
