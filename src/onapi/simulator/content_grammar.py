"""XPath as the rows of `facts/checks/` write it, taken apart. What they never write is not read: NotRead."""

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from onapi.simulator.content_facts import NAMESPACES

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<literal>'[^']*'|"[^"]*")|(?P<number>\d+(?:\.\d*)?|\.\d+)
    |(?P<name>[A-Za-z_][\w-]*(?::(?!:)(?:[A-Za-z_][\w-]*|\*))?)|(?P<mark>\.\.|::|//|[!<>]=|[][()@,.|/=<>+*-]))""",
    re.VERBOSE,
)
_LEVELS: Final = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div"))
_AXES: Final = frozenset({"self", "ancestor", "descendant-or-self", "preceding-sibling"})
ANY: Final = "*"


class NotRead(ValueError):
    """An expression with something in it that only XPath itself knows."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A text or a number."""

    value: str | float


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: an axis (child, parent, attribute, self …), a name as lxml writes it or `*`, predicates."""

    axis: str
    name: str
    predicates: "tuple[Expression, ...]" = ()


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from the node in question, from the document's root element, or from the nodes of an expression."""

    steps: tuple[Step, ...]
    is_absolute: bool = False
    start: "Expression | None" = None


@dataclass(frozen=True, slots=True)
class Binary:
    """Two expressions and what stands between them."""

    sign: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Invocation:
    """A function with what it is given."""

    name: str
    given: "tuple[Expression, ...]"


Expression: TypeAlias = Literal | Path | Binary | Invocation


def is_self(asked: Expression) -> bool:
    """True for the node in question itself."""
    return asked in {Path(()), Path((Step("self", ANY),))}


def split(asked: Expression) -> tuple[Expression, str]:
    """Whose attribute a path gives, and its name; "" for a path to elements."""
    last = asked.steps[-1] if isinstance(asked, Path) and asked.steps else None
    if not isinstance(asked, Path) or last is None or last.axis != "attribute":
        return asked, ""
    if last.name == ANY or last.predicates:
        raise NotRead(last.name)
    return Path(asked.steps[:-1], asked.is_absolute, asked.start), last.name


def parse(text: str) -> Expression:
    """The expression a text says; NotRead."""
    tokens = _Tokens(text)
    found = tokens.binary(0)
    if tokens.next:
        raise NotRead(text)
    return found


class _Tokens:
    """The words of an expression, read from left to right."""

    def __init__(self, text: str) -> None:
        self._words: list[tuple[str, str]] = []
        place = 0
        text = text.rstrip()
        while place < len(text):
            found = _TOKEN.match(text, place)
            if found is None:
                raise NotRead(text)
            self._words.append((str(found.lastgroup), found[str(found.lastgroup)]))
            place = found.end()
        self._at = 0

    @property
    def next(self) -> str:
        """The word that comes next, "" at the end."""
        return self._words[self._at][1] if self._at < len(self._words) else ""

    def _kind(self) -> str:
        return self._words[self._at][0] if self._at < len(self._words) else ""

    def _take(self, wanted: str = "") -> str:
        word = self.next
        if not word or (wanted and word != wanted):
            raise NotRead(word)
        self._at += 1
        return word

    def _took(self, wanted: str) -> bool:
        if self.next != wanted:
            return False
        self._at += 1
        return True

    def binary(self, level: int) -> Expression:
        """Everything that binds at least as tightly as a level."""
        if level == len(_LEVELS):
            return self._unary()
        found = self.binary(level + 1)
        while self.next in _LEVELS[level]:
            found = Binary(self._take(), found, self.binary(level + 1))
        return found

    def _unary(self) -> Expression:
        if self._took("-"):
            return Binary("-", Literal(0.0), self._unary())
        found = self._path()
        while self._took("|"):
            found = Binary("|", found, self._path())
        return found

    def _path(self) -> Expression:
        if self._took("/"):
            return self._from_root()
        if self._kind() in {"literal", "number"} or self.next == "(" or self._is_call():
            return self._filtered()
        return Path(self._steps())

    def _from_root(self) -> Path:
        first = self._step()
        if (first.axis, first.name, first.predicates) != ("child", ANY, ()):
            raise NotRead("a path from the root begins with its element")
        return Path(self._steps() if self._took("/") else (), is_absolute=True)

    def _is_call(self) -> bool:
        following = self._words[self._at + 1][1] if self._at + 1 < len(self._words) else ""
        return self._kind() == "name" and following == "("

    def _filtered(self) -> Expression:
        found = self._primary()
        predicates = self._predicates()
        if predicates:
            found = Path((Step("self", ANY, predicates),), start=found)
        if self._took("/"):
            found = Path(self._steps(), start=found)
        return found

    def _primary(self) -> Expression:
        kind, word = self._kind(), self._take()
        if kind == "literal":
            return Literal(word[1:-1])
        if kind == "number":
            return Literal(float(word))
        if word == "(":
            found = self.binary(0)
            self._take(")")
            return found
        return self._invocation(word)

    def _invocation(self, name: str) -> Invocation:
        self._take("(")
        given: list[Expression] = []
        while not self._took(")"):
            if given:
                self._take(",")
            given.append(self.binary(0))
        return Invocation(name, tuple(given))

    def _steps(self) -> tuple[Step, ...]:
        steps = [self._step()]
        while self._took("/"):
            steps.append(self._step())
        return tuple(steps)

    def _step(self) -> Step:
        if self._took("."):
            return Step("self", ANY)
        if self._took(".."):
            return Step("parent", ANY, self._predicates())
        axis = "attribute" if self._took("@") else "child"
        name = self._take()
        if self._took("::"):
            axis, name = name, self._take()
            if axis not in _AXES:
                raise NotRead(axis)
        return Step(axis, _name(name, axis), self._predicates())

    def _predicates(self) -> tuple[Expression, ...]:
        found = []
        while self._took("["):
            found.append(self.binary(0))
            self._take("]")
        return tuple(found)


def _name(written: str, axis: str) -> str:
    prefix, _, local = written.rpartition(":")
    if local == ANY and not prefix:
        return ANY
    if not prefix and axis == "attribute":
        return local
    if not local.isidentifier() or prefix not in NAMESPACES:
        raise NotRead(written)
    return f"{{{NAMESPACES[prefix]}}}{local}"
