"""What the platform stands on: database, files, keys, disk. Looked at first: without them nothing else can be."""

import shutil
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from onapi.errors import OnapiError
from onapi.flows.examination import Point, attention, broken, well
from onapi.store import condition, open_database, walls
from onapi.store.vault import Vault, read_ring

_MIB = 1024 * 1024
_LOW_DISK, _NO_DISK = 2048 * _MIB, 200 * _MIB
_PREPARE = "Ejecute `onapi setup`."


@dataclass(frozen=True, slots=True)
class Ground:
    """Where everything lives."""

    database: str  # SQLAlchemy's address
    files: str  # folder, or address of a bucket
    ring: Path
    home: Path


def examine_ground(ground: Ground) -> Iterator[Point]:
    """Database, the walls in it, files, keys, disk."""
    yield _database(ground.database)
    yield from _walls(ground.database)
    yield _files(ground.files)
    yield _ring(ground.ring)
    yield _disk(ground.home)


def _database(url: str) -> Point:
    key = "database"
    if missing := condition.missing_file(url):
        return broken(key, f"No hay base de datos en {missing.name}.", _PREPARE)
    try:
        with closing(open_database(url, durable=False)) as database, database.reading() as connection:
            found, newest = condition.revisions(connection)
    except (SQLAlchemyError, OnapiError, OSError, ImportError) as error:
        words = type(getattr(error, "orig", None) or error).__name__  # the text could name a password
        return broken(key, f"La base de datos no responde ({words}).", "Compruebe ONAPI_DATABASE_URL y el servidor.")
    if found != newest:
        said = f"La base de datos está en la migración {found or 'ninguna'} y el programa trae la {newest}."
        action = _PREPARE if found < newest else "Instale la versión del programa que la migró."
        return broken(key, said, action)
    return well(key, f"La base de datos responde; migración {found}.")


def _walls(url: str) -> Iterator[Point]:
    """Whether PostgreSQL keeps companies apart by itself; SQLite has no such thing."""
    if make_url(url).get_backend_name() == "sqlite":
        return
    key = "walls"
    try:
        with closing(open_database(url, durable=False)) as database, database.reading() as connection:
            trouble = walls.trouble(connection)
    except (SQLAlchemyError, OnapiError, OSError, ImportError):
        return  # told of the database already
    if trouble == "bypassed":
        said = "El usuario de la base de datos se salta la seguridad por filas: entre empresas queda una sola pared."
        action = "Entre con un usuario que no sea superusuario ni tenga BYPASSRLS; ya dentro, ejecute `onapi setup`."
        yield attention(key, said, action)
    elif trouble == "missing":
        said = "A la base de datos le falta la seguridad por filas: entre empresas queda una sola pared."
        yield attention(key, said, _PREPARE)
    else:
        yield well(key, "PostgreSQL separa a las empresas por filas.")


def _files(address: str) -> Point:
    key = "files"
    if trouble := condition.unwritable(address):
        said = f"No se puede escribir en la carpeta de archivos ({trouble})."
        return broken(key, said, "Compruebe ONAPI_BLOBS, el disco y los permisos.")
    return well(key, "Se puede escribir en la carpeta de archivos.")


def _ring(file: Path) -> Point:
    key = "keys"
    try:
        keys = read_ring(file)
        Vault(keys)
        mode = file.stat().st_mode
    except (OSError, ValueError, OnapiError) as error:
        said = f"El llavero no se puede leer ({type(error).__name__})."
        return broken(key, said, "Recupérelo de su copia de respaldo; sin él no se abren certificados ni claves SOL.")
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        return attention(key, "Otros usuarios del sistema pueden leer el llavero.", "Déjelo solo para su dueño: 0600.")
    return well(key, f"El llavero se lee; {len(keys)} clave(s).")


def _disk(home: Path) -> Point:
    key = "disk"
    try:
        free = shutil.disk_usage(home).free
    except OSError:
        return broken(key, "La carpeta de la plataforma no existe.", _PREPARE)
    said = f"{free // _MIB} MiB libres en el disco."
    if free < _NO_DISK:
        return broken(key, said, "Libere espacio ya: sin él no se guarda ningún comprobante.")
    return attention(key, said, "Libere espacio o amplíe el disco.") if free < _LOW_DISK else well(key, said)
