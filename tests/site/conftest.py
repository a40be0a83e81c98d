"""A station with a plan, and its page on the web."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.kit import APPROVER, AUTHOR, here

ADDRESS = "https://tanhung.example/tin"
SECRET = "chưa ai được đọc"
"""Words of what may not be shown."""
TEXTS = {
    "hop": "---\ntitle: Họp <ấp> & lấy ý kiến\n---\n\nMời bà con đi họp ấp.\n\n<script>a()</script> là chữ.",
    "tiem": "---\ntitle: Tiêm chủng\ntopics: y tế; trẻ em\n---\n\nMang theo sổ.",
    "rac": "---\nkind: spot\n---\n\nBỏ rác đúng giờ.",
    "nhap": f"Nháp {SECRET}.",
    "rut": f"Rút {SECRET}.",
    "mai": f"Đáp án {SECRET}.",
}
SHOWN = ("hop", "rac", "tiem")


class Web(NamedTuple):
    station: Path
    site: Path


def ok(folder: Path, *args: str) -> str:
    run = here(folder, *args)
    assert run.code == 0, (args, run)
    return run.out


@pytest.fixture(scope="session")
def _written(tmp_path_factory: pytest.TempPathFactory, _small: Path) -> Path:
    """Three scripts that may be shown; a draft, a withdrawn one, one whose day is to come, and a drill."""
    folder = Path(shutil.copytree(_small, tmp_path_factory.mktemp("written") / "dai"))
    ok(folder, "person", "add", APPROVER)
    for code, text in TEXTS.items():
        path = folder.parent / f"{code}.txt"
        path.write_text(text, encoding="utf-8")
        ok(folder, "script", "add", str(path), "--by", AUTHOR)
    ok(folder, "script", "set", "mai", "--not-before", "2090-01-01", "--by", AUTHOR)
    ok(folder, "script", "approve", "hop", "tiem", "rac", "rut", "mai", "--by", APPROVER)
    ok(folder, "script", "withdraw", "rut", "--by", APPROVER)
    here(folder, "emergency", "drill", f"Diễn tập {SECRET}.", "--all", "--by", APPROVER)
    ok(folder, "plan", "add", "1", "Y tế", "--by", AUTHOR)
    ok(folder, "plan", "add", "1.1", "Tiêm chủng mở rộng", "--parent", "1", "--by", AUTHOR)
    ok(folder, "plan", "tag", "hop", "1.1", "--by", AUTHOR)
    return folder


@pytest.fixture(scope="session")
def shared(_written: Path) -> Web:
    """Published once; not to be changed."""
    site = _written.parent / "web"
    ok(_written, "publish", str(site), "--base-url", ADDRESS + "/")
    return Web(_written, site)


@pytest.fixture
def web(shared: Web, tmp_path: Path) -> Web:
    """A copy that may be changed."""
    return Web(*(Path(shutil.copytree(of, tmp_path / of.name)) for of in shared))
