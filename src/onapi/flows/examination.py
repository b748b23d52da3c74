"""What a look at the platform's health comes to: points, each well, to be attended to, or broken."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """How bad it is; the worst of all points is the exit status."""

    WELL = 0
    ATTENTION = 1  # a person should look
    BROKEN = 2  # it does not work


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that was looked at."""

    key: str
    level: Level
    sentence: str
    action: str = ""  # what to do, where it is not well
    details: tuple[str, ...] = ()  # which documents, companies, hosts


def worst(points: Sequence[Point]) -> Level:
    """How it stands as a whole."""
    return max((point.level for point in points), default=Level.WELL)


def well(key: str, sentence: str, *details: str) -> Point:
    """Nothing to do."""
    return Point(key, Level.WELL, sentence, details=details)


def attention(key: str, sentence: str, action: str, *details: str) -> Point:
    """A person should look."""
    return Point(key, Level.ATTENTION, sentence, action, details)


def broken(key: str, sentence: str, action: str, *details: str) -> Point:
    """It does not work."""
    return Point(key, Level.BROKEN, sentence, action, details)
