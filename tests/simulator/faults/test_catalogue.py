"""The catalogue is whole: forty faults, each with a row or a reason, and each with a test that sees it happen."""

import re
from pathlib import Path

import pytest

from onapi.simulator.acts import befall
from onapi.simulator.faults import Plan
from onapi.simulator.faults.catalogue import catalogue
from onapi.simulator.faults.parameters import checked
from onapi.simulator.faults.scenario_file import load_text

HERE = Path(__file__).parent
ALL = [f"F{number:02}" for number in range(1, 41)]
# Acts that `wire` and `doorway` do themselves, for they need a connection, or `desk`, for they are SUNAT's own verdict.
ELSEWHERE = {"refuse", "swallow", "present", "scatter", "note"}


@pytest.mark.parametrize("fault", ALL)
def test_each_fault_is_seen(fault: str) -> None:
    texts = "".join(file.read_text("utf-8") for file in HERE.glob("test_*.py"))
    names = re.findall(r"^def test_(\w+)", texts, re.MULTILINE)
    number = int(fault[1:])
    seen = [name for name in names if fault.lower() in name.split("_") or _spans(name, number)]
    assert seen


def _spans(name: str, number: int) -> bool:
    """Whether a name like f06_to_f09 holds the number."""
    return any(int(first) <= number <= int(last) for first, last in re.findall(r"f(\d\d)_to_f(\d\d)", name))


def test_each_fault_is_a_row_or_a_profile() -> None:
    assert [fault for fault in ALL if fault not in catalogue()] == ["F39", "F40"]


def test_each_variant_is_published() -> None:
    page = (HERE.parents[2] / "docs" / "simulator.md").read_text("utf-8")
    for fault, variants in catalogue().items():
        for name, variant in variants.items():
            row = re.search(rf"^\| {fault} \| `{name}` \|.*$", page, re.MULTILINE)
            assert row, (fault, name)
            assert all(f"`{key}`" in row[0] for key in variant.settings)


def test_each_act_is_known_and_each_default_makes_sense() -> None:
    known = {*befall._BEFORE, *befall._AFTER, *befall._CHANGES, *ELSEWHERE}
    for variants in catalogue().values():
        for variant in variants.values():
            for step in variant.steps:
                assert step.act in known, step
                assert step.what
                assert not step.main or step.main in step.settings
                assert {key: checked(key, value) for key, value in step.settings.items()} == step.settings


def test_the_scenario_on_the_page_can_be_followed() -> None:
    page = (HERE.parents[2] / "docs" / "simulator.md").read_text("utf-8")
    found = re.search(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert found
    plan = Plan()
    assert load_text(plan, found[1]) == 6
    assert plan.seed == 42
