"""Write docs/settings.md from the table of settings: `python update/settings_page.py`."""

from pathlib import Path

from onapi.settings import Settings

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"
_HEAD = """# Configuración

Generado desde `src/onapi/settings.py`: no lo edite. Cada valor es una variable de entorno o una línea de `.env`.

| Variable | Por defecto | Qué es |
| --- | --- | --- |
"""


def page() -> str:
    """The page as it should be."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = getattr(field.default, "value", field.default)
        shown = "" if default in (None, "") else f"`{default}`"
        rows.append(f"| `ONAPI_{name.upper()}` | {shown} | {field.description} |\n")
    return _HEAD + "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
