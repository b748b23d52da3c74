"""JSON answers with exact amounts."""

from typing import Any

from starlette.responses import Response

from onapi.intake.text import write_json


class JsonAnswer(Response):
    """A JSON body."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:  # noqa: ANN401  anything JSON can say
        """The text, amounts as numbers with the decimals they carry."""
        return write_json(content).encode()
