"""Files that are on the disk whole or not at all, whatever ends the process or the machine."""

import os
import uuid
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from abm.errors import writing


def parquet(frame: pl.DataFrame, **options: Any) -> bytes:
    """A table as the content of a Parquet file.

    Polars tells of a full disk by an error of its own, and so never writes to a disk itself.
    """
    buffer = BytesIO()
    frame.write_parquet(buffer, **options)
    return buffer.getvalue()


def save(path: Path, content: bytes) -> None:
    """Write beside the file, wait for the disk, and rename.

    Raises:
        OSError: if it cannot be written; then what was there is there still.
    """
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex[:12]}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        settle(path.parent)
    except OSError:
        with suppress(OSError):
            part.unlink()
        raise


def save_text(path: Path, text: str) -> None:
    """Write a text, whole or not at all.

    Raises:
        AbmError: if it cannot be written.
    """
    with writing(path):
        save(path, text.encode())


def settle(path: Path) -> None:
    """Wait until the disk holds a file, or the names in a folder.

    Raises:
        OSError: if it does not take them.
    """
    if os.name == "nt" and path.is_dir():
        return  # there is nothing to wait for: names go to the disk with their files
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def settle_all(folder: Path) -> None:
    """The same for all that a folder holds.

    Raises:
        OSError: if the disk does not take it.
    """
    for path in [*folder.rglob("*"), folder]:
        settle(path)
