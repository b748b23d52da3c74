"""ZIP files with one document inside: written always the same, read with suspicion.

The reader is our own, because `zipfile` before Python 3.11.8 lets entries overlap. It trusts no length it has not
checked, inflates with a counter, and passes what SUNAT really sends: data descriptors, an empty `dummy/` folder,
an upper-case suffix. ZIP64 and encryption have no place in a file of a few kilobytes.
"""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from itertools import pairwise
from stat import S_ISLNK

from onapi.errors import Unreadable

MAX_BYTES = 10 * 1024 * 1024  # of all entries, inflated
MAX_ENTRIES = 8
MAX_RATIO = 200  # inflated to deflated; XML of repeated lines stays below 100

_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_DESCRIPTOR_BYTES = 12  # 16 with its optional signature
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_HAS_DESCRIPTOR = 0x8
_UTF8 = 0x800
_STORED, _DEFLATED = 0, 8
_ZIP64 = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class _Entry:
    """One row of the directory at the end of a ZIP."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int  # bytes
    size: int  # bytes
    attributes: int
    offset: int

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")


def zip_one(name: str, content: bytes, *, folders: tuple[str, ...] = ()) -> bytes:
    """A ZIP with one file, and empty folders before it; the same bytes whenever it is made from the same content."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for folder in folders:
            archive.writestr(_header(folder.rstrip("/") + "/", 0o40755), b"", zipfile.ZIP_STORED)
        archive.writestr(_header(name, 0o100644), content, zipfile.ZIP_DEFLATED, 6)
    return buffer.getvalue()


def unzip_one(data: bytes, *, suffix: str = ".xml") -> tuple[str, bytes]:
    """Name and content of the one file in a ZIP; Unreadable (`malformed_zip`) says why not in `reason`.

    Reasons: "empty" (no bytes), "corrupt", "no_file", "many_files", "dangerous" (beyond our limits, or made to harm).
    The suffix is compared without regard to case; `suffix=""` takes any name.
    """
    if not data:
        raise _unreadable("empty", "El archivo ZIP está vacío.")
    directory, entries = _directory(data)
    for entry in entries:
        _refuse_dangerous(entry)
    _refuse_dangerous_together(entries)
    starts = _content_starts(data, entries, directory)
    files = [entry for entry in entries if not entry.is_folder]
    if not files:
        raise _unreadable("no_file", "El archivo ZIP no contiene ningún archivo.")
    if len(files) > 1:
        raise _unreadable("many_files", "El archivo ZIP contiene más de un archivo.")
    if not files[0].name.lower().endswith(suffix.lower()):
        raise _unreadable("no_file", f"El archivo ZIP no contiene ningún archivo {suffix}.")
    return files[0].name, _inflate(data, files[0], starts[files[0].offset])


def _header(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.create_system = 3  # Unix, wherever this runs
    info.external_attr = mode << 16
    return info


def _directory(data: bytes) -> tuple[int, tuple[_Entry, ...]]:
    """Where the directory begins and its rows, when number and place agree with the file's own summary."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - _END.size - 0xFFFF))
    if at < 0 or at + _END.size > len(data):
        raise _unreadable("corrupt", "El archivo no es un ZIP o está incompleto.")
    _, disk, first_disk, here, total, size, start, comment = _END.unpack_from(data, at)
    if total > MAX_ENTRIES or _ZIP64 in (size, start):
        raise _unreadable("dangerous", f"El archivo ZIP tiene más de {MAX_ENTRIES} entradas.")
    if disk or first_disk or here != total or start + size != at or at + _END.size + comment != len(data):
        raise _unreadable("corrupt", "El archivo ZIP está dañado.")
    entries, offset = [], start
    for _ in range(total):
        entry, offset = _row(data, offset, at)
        entries.append(entry)
    if offset != at:
        raise _unreadable("corrupt", "El archivo ZIP está dañado.")
    return start, tuple(entries)


def _row(data: bytes, offset: int, end: int) -> tuple[_Entry, int]:
    """One row of the directory and where the next begins."""
    if offset + _CENTRAL.size > end:
        raise _unreadable("corrupt", "El archivo ZIP está dañado.")
    row = _CENTRAL.unpack_from(data, offset)
    name_end = offset + _CENTRAL.size + row[10]
    after = name_end + row[11] + row[12]
    if row[0] != b"PK\x01\x02" or after > end:
        raise _unreadable("corrupt", "El archivo ZIP está dañado.")
    raw = data[offset + _CENTRAL.size : name_end]
    name = raw.decode("utf-8" if row[3] & _UTF8 else "cp437", "replace")
    return _Entry(name, raw, row[3], row[4], row[7], row[8], row[9], row[15], row[16]), after


def _refuse_dangerous(entry: _Entry) -> None:
    name = entry.name
    if not name or name.startswith("/") or any(bad in name for bad in ("\\", ":", "\0", "\ufffd")):
        raise _unreadable("dangerous", "El archivo ZIP contiene un nombre no permitido.")
    if ".." in name.split("/") or S_ISLNK(entry.attributes >> 16):
        raise _unreadable("dangerous", "El archivo ZIP contiene una ruta o un enlace no permitidos.")
    if entry.flags & _ENCRYPTED:
        raise _unreadable("dangerous", "El archivo ZIP está cifrado.")
    if _ZIP64 in (entry.packed, entry.size, entry.offset):
        raise _unreadable("dangerous", "El archivo ZIP declara tamaños fuera de límite.")
    if entry.is_folder and entry.size:
        raise _unreadable("dangerous", "El archivo ZIP esconde datos en una carpeta.")
    if entry.size > MAX_RATIO * max(entry.packed, 1):
        raise _unreadable("dangerous", "El archivo ZIP está comprimido más de lo razonable.")
    if entry.method not in (_STORED, _DEFLATED):
        raise _unreadable("corrupt", "El archivo ZIP usa un método de compresión desconocido.")


def _refuse_dangerous_together(entries: tuple[_Entry, ...]) -> None:
    if len({entry.name for entry in entries}) != len(entries):
        raise _unreadable("dangerous", "El archivo ZIP repite un nombre.")
    if sum(entry.size for entry in entries) > MAX_BYTES:
        raise _unreadable("dangerous", f"El contenido del ZIP supera {MAX_BYTES} bytes.")


def _content_starts(data: bytes, entries: tuple[_Entry, ...], directory: int) -> dict[int, int]:
    """Where each entry's content begins, by its offset, once it is sure that no two share a byte."""
    starts: dict[int, int] = {}
    extents = [(directory, len(data))]
    for entry in entries:
        starts[entry.offset] = start = _content_start(data, entry, directory)
        tail = _DESCRIPTOR_BYTES if entry.flags & _HAS_DESCRIPTOR and not entry.is_folder else 0
        extents.append((entry.offset, start + entry.packed + tail))
    if any(one[1] > other[0] for one, other in pairwise(sorted(extents))):
        raise _unreadable("dangerous", "El archivo ZIP tiene entradas superpuestas.")
    return starts


def _content_start(data: bytes, entry: _Entry, directory: int) -> int:
    """Where the content begins, when the header before it says the same as the directory."""
    if entry.offset + _LOCAL.size > directory:
        raise _unreadable("corrupt", "El archivo ZIP está dañado.")
    magic, _, flags, method, _, _, crc, packed, size, name_length, extra_length = _LOCAL.unpack_from(data, entry.offset)
    name_at = entry.offset + _LOCAL.size
    told = (magic, method, flags & _ENCRYPTED, data[name_at : name_at + name_length])
    if told != (b"PK\x03\x04", entry.method, 0, entry.raw_name):
        raise _unreadable("corrupt", "El archivo ZIP está dañado.")
    if not flags & _HAS_DESCRIPTOR and (crc, packed, size) != (entry.crc, entry.packed, entry.size):
        raise _unreadable("corrupt", "El archivo ZIP declara tamaños contradictorios.")
    return name_at + int(name_length) + int(extra_length)


def _inflate(data: bytes, entry: _Entry, start: int) -> bytes:
    packed = data[start : start + entry.packed]
    if entry.method == _STORED:
        content = packed
    else:
        engine = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            content = engine.decompress(packed, entry.size + 1)  # one byte more than promised is enough to know
        except zlib.error:
            raise _unreadable("corrupt", "El archivo ZIP está dañado.") from None
        if not engine.eof or engine.unused_data:
            raise _unreadable("corrupt", "El archivo ZIP no corresponde a su tamaño declarado.")
    if len(content) != entry.size or zlib.crc32(content) != entry.crc:
        raise _unreadable("corrupt", "El archivo ZIP no corresponde a su suma de control.")
    return content


def _unreadable(reason: str, sentence: str) -> Unreadable:
    return Unreadable(sentence, key="malformed_zip", reason=reason)
