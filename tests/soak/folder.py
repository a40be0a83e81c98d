"""A folder for a soak, that can be kept to look at."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def soak_folder(*, in_memory: bool = False, keep: bool = False) -> Iterator[Path]:
    """`in_memory`, where that is possible: for what does not depend on the disk."""
    base = "/dev/shm" if in_memory and Path("/dev/shm").is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="soak-", dir=base))
    try:
        yield folder
    finally:
        if keep:
            print(folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)
