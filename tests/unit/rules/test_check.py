"""Rules as rows: which documents they speak of, when they are in force, what a fault tells."""

from dataclasses import dataclass
from datetime import date

from onapi.rules.check import check, value_at
from onapi.rules.rule import Fault, Level, Rule

DAY = date(2026, 11, 22)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part of a document."""

    size: int


@dataclass(frozen=True, slots=True)
class Tree:
    """A document."""

    height: int
    leaves: tuple[Leaf, ...] = ()


TALL: Rule[Tree] = Rule("1000", "height", "Debe ser alto.", lambda tree: tree.height > 2)
BIG: Rule[Tree] = Rule("2000", "size", "Debe ser grande.", lambda leaf, tree: leaf.size > tree.height, over="leaves")


def test_all_faults_at_once_in_the_order_of_the_rules() -> None:
    tree = Tree(1, (Leaf(1), Leaf(9), Leaf(0)))
    assert check(tree, (BIG, TALL), DAY) == (
        Fault("2000", "leaves[0].size", "Debe ser grande.", received="1"),
        Fault("2000", "leaves[2].size", "Debe ser grande.", received="0"),
        Fault("1000", "height", "Debe ser alto.", received="1"),
    )


def test_a_sound_document_has_none() -> None:
    assert check(Tree(3, (Leaf(4),)), (TALL, BIG), DAY) == ()


def test_a_rule_counts_from_its_first_day_to_its_last() -> None:
    rule: Rule[Tree] = Rule("1", "height", "No.", lambda _: False, since=date(2026, 1, 1), until=date(2026, 12, 31))
    counts = {
        day: bool(check(Tree(1), (rule,), day))
        for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1))
    }
    assert list(counts.values()) == [False, True, True, False]


def test_the_level_of_the_rule_is_the_faults() -> None:
    rule: Rule[Tree] = Rule("4000", "height", "Ojo.", lambda _: False, level=Level.OBSERVATION)
    assert check(Tree(1), (rule,), DAY)[0].level is Level.OBSERVATION


def test_a_rule_over_a_list_may_speak_of_the_item_itself() -> None:
    rule: Rule[Tree] = Rule("1", "", "No.", lambda _leaf, _tree: False, over="leaves")
    assert check(Tree(1, (Leaf(1),)), (rule,), DAY)[0].path == "leaves[0]"


def test_only_plain_values_are_told() -> None:
    tree = Tree(1, (Leaf(7),))
    told = [value_at(tree, path) for path in ("height", "leaves[0].size", "leaves", "leaves[0]", "nothing")]
    assert told == ["1", "7", None, None, None]
