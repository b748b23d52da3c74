"""Work that may be killed: a file of a stranger is opened in a process of its own, with limits and without the network.

| task | what it makes |
| --- | --- |
| `onapi.sign.parcel.unpacked` | a certificate file and its password: key and certificate as PEM |
| `onapi.cell.picture.cleaned` | a PNG, JPEG or WebP: drawn again, without what else was in its file |
| `onapi.page.own.composed` | a page and a template of the company's own: the PDF |

Work of ours that should not hold this process up is done by hands that stay (`standing`): `flows.compose.composed`.
"""

from onapi.cell.run import UNREADABLE, Limits, run

__all__ = ["UNREADABLE", "Limits", "run"]
