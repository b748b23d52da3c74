"""Write docs/openapi.json, so that a change of the API is seen where changes are read: `python update/openapi.py`."""

import json
from pathlib import Path

from onapi.api.app import described

PAGE = Path(__file__).parent.parent / "docs" / "openapi.json"
ADDRESS = "http://127.0.0.1:8080"  # that of the settings' defaults


def page() -> str:
    """The document as it should be."""
    return json.dumps(described(ADDRESS), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
