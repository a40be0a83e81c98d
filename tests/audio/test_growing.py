"""A file is read while it is written."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from broadcaster.audio.growing import Growing


def test_reading_waits_for_what_is_to_come(tmp_path: Path) -> None:
    path = tmp_path / "growing"
    path.write_bytes(b"head" + b"first")

    with Growing(path, 4) as growing, ThreadPoolExecutor(1) as pool:
        growing.grown(9)
        assert growing.read(100) == b"first"
        waiting = pool.submit(growing.read, 100)
        assert not waiting.done()
        with path.open("ab") as file:
            file.write(b"second, and not yet told")
        growing.grown(15)
        assert waiting.result(10) == b"second"
        ending = pool.submit(growing.read, 100)
        growing.finish()
        assert ending.result(10) == b""


def test_it_has_a_length_before_that_is_known_and_no_tag_at_its_end(tmp_path: Path) -> None:
    path = tmp_path / "growing"
    path.write_bytes(b"sound")

    with Growing(path, 0) as growing:
        growing.grown(5)
        assert growing.seek(0, os.SEEK_END) > 10**9
        growing.seek(-128, os.SEEK_END)
        assert growing.read(8192) == bytes(128)
        growing.seek(1)
        growing.seek(1, os.SEEK_CUR)
        assert growing.read(3) == b"und"
