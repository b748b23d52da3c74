r"""Text of users as one line: nothing in it is invisible, turns the reading direction, or ends a line.

>>> one_line("Peña\r\nBcc: x@y.pe\u202e  fin")
'Peña Bcc: x@y.pe fin'
"""

import unicodedata
from typing import Final

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # Unicode's categories


def one_line(text: str, most: int | None = None) -> str:
    """What is invisible or ends a line becomes a space, and spaces do not repeat; cut with "…" where it is too long."""
    seen = "".join(" " if unicodedata.category(each) in _UNSEEN else each for each in text)
    line = " ".join(seen.split())
    return line if most is None or len(line) <= most else f"{line[: most - 1].rstrip()}…"


def some_lines(text: str) -> tuple[str, ...]:
    """Text of several lines, each as `one_line`; never more than one empty line after another, none at the ends."""
    found: list[str] = []
    for each in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        line = one_line(each)
        if line or (found and found[-1]):
            found.append(line)
    return tuple(found[:-1] if found and not found[-1] else found)
