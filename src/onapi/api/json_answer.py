"""JSON answers with exact amounts: a Decimal goes out as a number with its own digits, never through a float."""

import json
import re
import secrets
from decimal import Decimal
from typing import Any

from starlette.responses import Response

_MARK = secrets.token_hex(8)  # no text of a user can hold it
_MARKED = re.compile(rf'"{_MARK}(-?[0-9.]+)"')


class JsonAnswer(Response):
    """A JSON body."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:  # noqa: ANN401  anything JSON can say
        """The text, amounts as numbers with the decimals they carry."""
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_marked)
        return _MARKED.sub(r"\1", text).encode()


def _marked(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{_MARK}{value:f}"
    raise TypeError(f"{type(value).__name__} has no JSON form")
