"""A disk that takes no more at one moment."""

import errno
import os
from collections.abc import Callable

import pytest

from abm.experiment.locations import LocalFolder


class Disk:
    """Counts what is written, and takes no more at one moment; half of it may be there by then."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, stop: int) -> None:
        self.stop, self.count = stop, 0
        for name in ("write", "append"):
            monkeypatch.setattr(LocalFolder, name, self._frail(getattr(LocalFolder, name)))

    def _frail(self, real: Callable[..., None]) -> Callable[..., None]:
        def write(folder: LocalFolder, name: str, content: bytes) -> None:
            self.count += 1
            if self.count == self.stop:
                if real.__name__ == "append":  # nothing is renamed: what was taken stays
                    real(folder, name, content[: len(content) // 2])
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            real(folder, name, content)

        return write
