"""A process that is killed while it makes bulletins leaves nothing half-made under a name."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

import pytest

from tests.soak_render import soak


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_killed_at_any_moment_what_has_a_name_is_whole(tmp_path: Path) -> None:
    assert soak(tmp_path, 15, Random(11)) >= 6
