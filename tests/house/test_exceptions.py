"""Each exception to a lint or type rule names the rule and says why."""

import io
import re
import tokenize
from pathlib import Path

import pytest

CODES = r"[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*"
NAMED = re.compile(rf"(?:ruff:\s*)?noqa:\s*{CODES}|type:\s*ignore\[[\w, -]+\]|pragma:\s*no (?:cover|branch)")
DIRECTIVE = re.compile(r"#\s*(?:(?:ruff:\s*)?noqa\b|type:\s*ignore\b|mypy:\s|pragma:\s*no )", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]+")
REASON_WORDS = 2  # at the very least


def unexplained(text: str) -> list[int]:
    """Lines of a file with an exception that names no rule or gives no reason; words in strings do not count."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [token.start[0] for token in tokens if token.type == tokenize.COMMENT and _is_unexplained(token.string)]


def _is_unexplained(comment: str) -> bool:
    if not DIRECTIVE.search(comment):
        return False
    rest = NAMED.sub("", comment)
    return bool(DIRECTIVE.search(rest)) or len(WORD.findall(rest)) < REASON_WORDS


def test_exceptions_have_reasons(root: Path, python_files: tuple[Path, ...]) -> None:
    found = {str(path.relative_to(root)): unexplained(path.read_text("utf-8")) for path in python_files}
    assert not {name: lines for name, lines in found.items() if lines}


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "# noqa: S105",
        "# noqa: S105, S106",
        "# type: ignore",
        "# type: ignore  # the stubs are wrong here",
        "# type: ignore[misc]",
        "# type: ignore[misc]  # noqa: S105",
        "# noqa: S105 - needed",
        "# ruff: noqa",
        "# mypy: ignore-errors",
        "# pragma: no cover",
    ],
)
def test_an_unexplained_exception_is_seen(comment: str) -> None:
    assert unexplained(f"a = 1\nb = 2  {comment}\n") == [2]


@pytest.mark.parametrize(
    "line",
    [
        "a = 1  # noqa: S105 - the name of a key, not a key",
        "a = 1  # noqa: S105, S106  # names of keys",
        "a = 1  # type: ignore[no-untyped-call]  # the library has no types",
        "a = 1  # an ordinary remark",
        'a = "# noqa"',
    ],
)
def test_a_reason_is_enough(line: str) -> None:
    assert unexplained(f"{line}\n") == []
