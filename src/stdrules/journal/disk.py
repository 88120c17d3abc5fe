"""The few calls that change files, in one place, so that tests can make any of them fail."""

from __future__ import annotations

import os
from pathlib import Path


class Disk:
    """Writes without buffers, and says so when something was not written."""

    def write(self, descriptor: int, data: bytes) -> None:
        """Write all of the data.

        A short write is continued; that is how a full disk is told from a signal.

        Raises:
            OSError: The system refused, for example ``ENOSPC``.
        """
        view = memoryview(data)
        while view:
            view = view[self.write_some(descriptor, view) :]

    def write_some(self, descriptor: int, data: memoryview) -> int:
        """Write what the system takes at once; return the number of bytes."""
        return os.write(descriptor, data)

    def sync(self, descriptor: int) -> None:
        """Return when the data are on the disk."""
        os.fsync(descriptor)

    def truncate(self, descriptor: int, size: int) -> None:
        """Cut a file."""
        os.ftruncate(descriptor, size)

    def sync_folder(self, folder: Path) -> None:
        """Return when the names in a folder are on the disk."""
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            self.sync(descriptor)
        finally:
            os.close(descriptor)
