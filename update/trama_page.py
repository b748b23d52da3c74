"""Write docs/trama.md from the table of records: `python update/trama_page.py`."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from onapi.intake.trama.layout import Layout, Shape, Slot
from onapi.intake.trama.records import KINDS, LAYOUTS
from onapi.intake.vocabularies import VOCABULARIES

PAGE = Path(__file__).parent.parent / "docs" / "trama.md"
EXAMPLES = Path(__file__).parent / "trama_examples"
_HEAD = r"""# El archivo plano `trama`, versión 1

Generado desde `src/onapi/intake/trama/records.py`: no lo edite; lo escribe `python update/trama_page.py`.

Una trama dice lo mismo que el `document` en JSON, en líneas de posiciones fijas, y sirve para todos los
comprobantes. Va en el cuerpo de `POST /integrator/sendMessage` con `Content-Type: text/plain`, o en el campo `trama`
del sobre JSON.

## Reglas

1. En UTF-8, con o sin BOM; en ISO-8859-1 solo si se declara en el `Content-Type` o en `tramaCharset`. Las líneas
   terminan en LF o CRLF.
2. Cada línea es un registro: un tipo de dos letras y sus campos, separados por `|`. La `|` final sobra, y los campos
   vacíos del final pueden omitirse.
3. Dentro de un texto, `\|` es la barra, `\\` la barra invertida y `\n` un salto de línea; no hay más escapes. Las
   líneas en blanco y las que empiezan por `#` no cuentan.
4. El punto separa los decimales y nada separa los miles. Las fechas son `AAAA-MM-DD`, la hora `HH:MM:SS`, los sí o no
   `S` y `N`, y las listas dentro de un campo van con `;`.
5. El primer registro es `OP`; los demás van en cualquier orden. Las líneas se ordenan por su número `n`, y los
   registros que son parte de una línea empiezan por el número de la suya.
6. A un registro solo se le añaden campos al final. Un valor en un campo que el registro no tiene da un aviso; un tipo
   que no existe, o que no va en ese comprobante, es un error.
7. Los errores señalan `line:<n>/field:<m>`: la línea del archivo y el campo, donde el tipo es el campo 1.
8. Un comprobante por archivo. Vacío quiere decir «por defecto o calculado», igual que un campo ausente en JSON.

## Registros

"""
_MARKS = {
    "#": "Número de la línea, desde 1; vacío, el que sigue",
    "#]": "Número de la línea a la que pertenece",
    "@version": "Versión de la trama: 1",
    "@hour": "Hora de emisión HH:MM:SS, en Lima",
    "@external": "Identificador propio del envío (`externalId`)",
}


def page() -> str:
    """The page as it should be."""
    codes = dict.fromkeys(laid.code for laid in LAYOUTS)
    groups = {code: [laid for laid in LAYOUTS if laid.code == code] for code in codes}
    overview = (
        f"| [`{code}`](#{code.lower()}) | {_titles(laid)} | {_kinds(laid)} |\n" for code, laid in groups.items()
    )
    index = "| Registro | Qué es | Comprobantes |\n| --- | --- | --- |\n" + "".join(overview)
    return _HEAD + index + "".join(map(_record, groups.values())) + "\n## Ejemplos\n" + "".join(_examples())


def _record(layouts: list[Layout]) -> str:
    """The section of one record."""
    code = layouts[0].code
    rows = "".join(_row(n, layouts) for n in range(max(len(laid.slots) for laid in layouts)))
    heading = "| Campo | En JSON | Qué es |\n| --- | --- | --- |\n"
    return f"\n### `{code}`\n\n{_places(layouts)}\n{heading}{rows}"


def _places(layouts: list[Layout]) -> str:
    """What the record is, where in the document its fields go, and the letter that says so."""
    groups: dict[str, list[Layout]] = {}
    for laid in layouts:
        groups.setdefault(f"{_letters(laid)}{laid.text}, {_inside(laid.place)}", []).append(laid)
    if len(groups) == 1:
        return "".join(f"{shown} ({_kinds(own)}).\n" for shown, own in groups.items())
    return "".join(f"* {shown} ({_kinds(own)})\n" for shown, own in groups.items())


def _letters(laid: Layout) -> str:
    return " o ".join(f"`{letter}`" for letter in laid.letters if letter) + " " * bool(laid.letters[0])


def _inside(place: str) -> str:
    return f"en `{place.replace('[#]', '[n]')}`" if place else "en el documento"


def _row(n: int, layouts: list[Layout]) -> str:
    """One field: its number, its name in JSON, for which kinds and letters if not for all, and what it is."""
    having = [laid for laid in layouts if n < len(laid.slots) and laid.slots[n].shape is not Shape.NOTHING]
    names: dict[str, list[Layout]] = {}
    for laid in having:
        names.setdefault(_name(laid.slots[n]), []).append(laid)
    shown = ", ".join(f"{name}{_only(own, layouts)}" for name, own in names.items() if name)
    texts = dict.fromkeys(_text(laid, laid.slots[n]) for laid in having)
    return f"| {n + 2} | {shown} | {' / '.join(filter(None, texts))} |\n"


def _name(slot: Slot) -> str:
    if slot.shape is Shape.LIST:
        return f"`{slot.name}` con `;`"
    return f"`{slot.name}`" if slot.shape in {Shape.TEXT, Shape.FLAG} else ""


def _only(having: list[Layout], layouts: list[Layout]) -> str:
    """Which of a record's layouts have a field, where not all do."""
    if having == layouts:
        return ""
    among = [laid for laid in layouts if any(laid.kinds & other.kinds for other in having)]
    letters = "" if having == among else f"{', '.join(f'`{laid.letters[0]}`' for laid in having)} en "
    return f" ({letters}{_kinds(having)})"


def _text(laid: Layout, slot: Slot) -> str:
    """What a field is: the sentence of the vocabulary, or our own for what is no value of the document."""
    if slot.shape is Shape.NUMBER:
        return _MARKS["#" if laid.is_line else "#]"]
    if slot.shape is Shape.LETTER:
        return "Letra: una de las de arriba"
    if slot.shape is Shape.HEADER:
        return _MARKS[slot.name]
    name = f"{laid.place.replace('#', '')}/{slot.name}".lstrip("/")
    short = ", ".join(f"`{letter}` {word}" for letter, word in slot.words.items())
    return "; ".join(filter(None, (short, _sentence(name, laid.kinds))))


def _sentence(name: str, kinds: Iterable[str]) -> str:
    """The vocabulary's own words on a field, of these kinds if they have any."""
    order = [*(kind for kind in KINDS if kind in kinds), *KINDS]
    fields = (field for kind in order if kind in VOCABULARIES for field in VOCABULARIES[kind].fields)
    return next((field.text for field in fields if field.name == name), "")


def _titles(layouts: list[Layout]) -> str:
    return " / ".join(dict.fromkeys(laid.text for laid in layouts))


def _kinds(layouts: list[Layout]) -> str:
    found = frozenset().union(*(laid.kinds for laid in layouts))
    return "todos" if found == frozenset(KINDS) else ", ".join(kind for kind in KINDS if kind in found)


def _examples() -> Iterator[str]:
    """Every example, under the words of its first line, a comment."""
    for kind in KINDS:
        for path in sorted(EXAMPLES.glob(f"{kind}*.txt")):
            title, _, text = path.read_text("utf-8").partition("\n")
            yield f"\n### {title.lstrip('# ')}\n\n```text\n{text}```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
