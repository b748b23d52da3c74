"""A submission is moved by one road, so that its history and whoever subscribed hear of every move."""

import ast
from pathlib import Path

MOVERS = {"move", "move_many", "note", "note_many", "add"}
# the road itself; those that a batch carries, hundreds at once; and words about why some still wait, which move nothing
ROADS = {"flows/move.py", "flows/carry.py", "flows/waiting_line.py"}


def moves(text: str) -> list[int]:
    """Lines that move a submission, or write into its history, by the store's own words."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute)
        and node.attr in MOVERS
        and isinstance(node.value, ast.Name)
        and node.value.id == "submissions"
    ]


def test_nobody_moves_a_submission_by_a_road_of_his_own(source: Path, source_files: tuple[Path, ...]) -> None:
    found = {path.relative_to(source).as_posix(): moves(path.read_text("utf-8")) for path in source_files}
    assert {name for name, lines in found.items() if lines} == ROADS


def test_a_move_is_seen() -> None:
    assert moves("with here:\n    submissions.move(connection, scope)\nsubmissions.get(connection)\n") == [2]
