"""Where an experiment lies: a folder of this machine, or any place that fsspec can write to."""

import errno
import json
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from abm.errors import AbmError
from abm.record.durable import save, settle

LOCK = ".lock"


class Location(Protocol):
    """A folder, wherever it is. Names are relative and use slashes."""

    label: str

    def read(self, name: str) -> bytes | None:
        """A whole file; None if there is none."""

    def write(self, name: str, content: bytes) -> None:
        """Write a file whole or not at all."""

    def append(self, name: str, content: bytes) -> None:
        """Add to the end of a file, and return when it is safe."""

    def size(self, name: str) -> int | None:
        """Bytes of a file; None if there is none."""

    def names(self) -> list[str]:
        """Names in the folder, hidden ones left out; empty if there is no folder."""

    def scan(self, names: Sequence[str]) -> pl.LazyFrame:
        """Parquet files as one table."""

    def locked(self) -> Any:
        """Context in which nobody else may write.

        Raises:
            AbmError: if somebody does.
        """


def location(where: str | Path) -> Location:
    """The location that a path or an address means.

    Raises:
        AbmError: if it needs fsspec, or a part of it, that is not installed.
    """
    text = str(where)
    if "://" not in text:
        return LocalFolder(Path(text))
    if text.startswith("file://"):
        return LocalFolder(Path(text.removeprefix("file://")))
    try:
        import fsspec

        system, path = fsspec.core.url_to_fs(text)
    except ImportError as error:
        raise AbmError(
            f"{text}: needs fsspec and the package for this kind of address ({error})"
        ) from None
    except ValueError as error:
        raise AbmError(f"{text}: {error}") from None
    return RemoteFolder(text, system, path.rstrip("/"))


class LocalFolder:
    """A folder on a disk."""

    def __init__(self, path: Path) -> None:
        self.path, self.label = path, str(path)

    def read(self, name: str) -> bytes | None:
        """A whole file."""
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """Write beside it, wait for the disk, and rename."""
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        save(target, content)

    def append(self, name: str, content: bytes) -> None:
        """Add to the end and wait for the disk."""
        target = self.path / name
        begun = target.exists()
        with target.open("ab") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if not begun:
            settle(self.path)

    def size(self, name: str) -> int | None:
        """Bytes of a file."""
        try:
            return (self.path / name).stat().st_size
        except FileNotFoundError:
            return None

    def names(self) -> list[str]:
        """What is in the folder."""
        if not self.path.exists():
            return []
        return sorted(item.name for item in self.path.iterdir() if not item.name.startswith("."))

    def scan(self, names: Sequence[str]) -> pl.LazyFrame:
        """Read lazily."""
        return pl.scan_parquet([self.path / name for name in names])

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold a lock that the system lets go of when the process ends, however it ends."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / LOCK).open("a+", encoding="utf-8") as file:
            if not _lock(file.fileno()):
                file.seek(0)
                raise _in_use(self.label, file.read())
            file.truncate(0)
            file.write(_holder())
            file.flush()
            yield


class RemoteFolder:
    """A folder of a file system that fsspec knows; files there cannot grow, and are put anew."""

    def __init__(self, label: str, system: Any, path: str) -> None:
        self.label, self.system, self.path = label, system, path

    def read(self, name: str) -> bytes | None:
        """A whole file."""
        try:
            return bytes(self.system.cat_file(self._at(name)))
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """Put a file."""
        target = self._at(name)
        self.system.makedirs(target.rpartition("/")[0], exist_ok=True)
        self.system.pipe_file(target, content)

    def append(self, name: str, content: bytes) -> None:
        """Put the file anew, longer."""
        self.write(name, (self.read(name) or b"") + content)

    def size(self, name: str) -> int | None:
        """Bytes of a file."""
        try:
            return int(self.system.size(self._at(name)))
        except FileNotFoundError:
            return None

    def names(self) -> list[str]:
        """What is in the folder."""
        try:
            found = self.system.ls(self.path, detail=False)
        except FileNotFoundError:
            return []
        names = [str(path).rstrip("/").rpartition("/")[2] for path in found]
        return sorted(name for name in names if not name.startswith("."))

    def scan(self, names: Sequence[str]) -> pl.LazyFrame:
        """Fetch every file: polars knows fewer file systems than fsspec."""
        frames = [pl.read_parquet(BytesIO(self.system.cat_file(self._at(name)))) for name in names]
        return pl.concat(frames).lazy()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Leave a file that says who writes here; one of a dead process of this machine is void."""
        held = self.read(LOCK)
        if held is not None and not _is_dead(held.decode()):
            raise self._in_use(held)
        mine = _holder().encode()
        self.write(LOCK, mine)
        held = self.read(LOCK) or b""
        if held != mine:  # of two who begin at once, the one who wrote last has it
            raise self._in_use(held)
        try:
            yield
        finally:
            self.system.rm_file(self._at(LOCK))

    def _in_use(self, held: bytes) -> AbmError:
        error = _in_use(self.label, held.decode())
        return AbmError(f"{error}. If that process is gone, remove {self.label}/{LOCK}")

    def _at(self, name: str) -> str:
        return f"{self.path}/{name}"


def _lock(descriptor: int) -> bool:
    """Whether the file could be locked; the lock goes when it is closed.

    Raises:
        OSError: if the file system has no locks.
    """
    try:
        if os.name == "nt":
            import msvcrt

            # It locks bytes, not files: one far beyond the words that others want to read.
            os.lseek(descriptor, 1 << 30, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return False
        raise
    return True


def _holder() -> str:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps({"host": socket.gethostname(), "process": os.getpid(), "since": since})


def _in_use(label: str, holder: str) -> AbmError:
    try:
        held = json.loads(holder)
        who = f"process {held['process']} on {held['host']} since {held['since']}"
    except (ValueError, KeyError, TypeError):
        who = "another process"
    return AbmError(f"{label}: is in use by {who}; wait for it, or choose another folder")


def _is_dead(holder: str) -> bool:
    """Whether a holder was a process of this machine that is no more."""
    try:
        held = json.loads(holder)
        if held["host"] != socket.gethostname():
            return False
        os.kill(int(held["process"]), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return False
