"""`broadcaster read` as a real process: what it prints, its exit codes, what it loads."""

import io
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from broadcaster.cli.main import main

NOTICE = "UBND XÃ TÂN HƯNG\n\nHọp dân lúc 7h30 ngày 05/9/2026.\n- Quà 50k\n- Ghi mã XQZK nhé ☭\n"


class Ran(NamedTuple):
    code: int
    out: str
    err: str


def process(
    folder: Path, *args: str, stdin: str = "", code: str = "from broadcaster.cli.main import main; main()"
) -> Ran:
    """The command in a process of its own, in that folder: no station, and so no settings, are there."""
    run = subprocess.run(
        [sys.executable, "-c", code, *args],
        cwd=folder,
        input=stdin.encode(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    return Ran(run.returncode, run.stdout.decode(), run.stderr.decode())


def here(*args: str, stdin: str | bytes = "") -> Ran:
    """The command in this process, through the same door."""
    with pytest.MonkeyPatch.context() as patch:
        out, err = io.BytesIO(), io.BytesIO()
        given = stdin.encode() if isinstance(stdin, str) else stdin
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
        patch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="utf-8", write_through=True))
        patch.setattr(sys, "stderr", io.TextIOWrapper(err, encoding="utf-8", write_through=True))
        with pytest.raises(SystemExit) as ended:
            main(list(args))
        return Ran(int(ended.value.code or 0), out.getvalue().decode(), err.getvalue().decode())


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    file = tmp_path / "notice.txt"
    file.write_text(NOTICE, encoding="utf-8")
    return file


@pytest.mark.parametrize("written", ["một", "một\n", "1\n2\n3", "\n\n- a\n", "", "a\u2028b\x0bc\rd\n"])
def test_one_line_out_for_each_line_in(written: str) -> None:
    run = here("read", "-", stdin=written)

    assert run.code == 0, run.err
    assert run.out.count("\n") == written.removesuffix("\n").count("\n") + 1


def test_the_program_itself_reads_standard_input(tmp_path: Path) -> None:
    run = process(tmp_path, "read", "-", stdin="2 lần\n\n05 hộ\n")

    assert run == Ran(0, "hai lần\n\nnăm hộ\n", "")


def test_standard_input_does_not_pass_through_documents() -> None:
    run = here("read", "-", stdin="Nơi nhận: UBND\n[NHẠC] 2 lần")

    assert run.out == "Nơi nhận: Ủy ban nhân dân\n[nhạc] hai lần\n"


def test_a_file_passes_through_documents(notice: Path) -> None:
    run = here("read", str(notice))

    assert run.code == 0, run.err
    assert "Họp dân lúc bảy giờ ba mươi ngày mùng năm tháng chín" in run.out


def test_check_fails_on_what_is_unread(notice: Path) -> None:
    run = here("read", str(notice), "--check")

    assert run.code == 1
    assert "XQZK" in run.err
    assert "50k" not in run.err


def test_check_passes_what_is_only_doubtful() -> None:
    assert here("read", "-", "--check", stdin="Giá 50k").code == 0


def test_explain_shows_the_unread_first_then_the_doubtful(notice: Path) -> None:
    rows = here("read", str(notice), "--explain").out.splitlines()

    assert rows[1].startswith("UNREAD")
    first = {name: next(n for n, row in enumerate(rows) if name in row) for name in ("XQZK", " k ", "7h30")}
    assert first["XQZK"] < first[" k "] < first["7h30"]
    assert "(silent)" in "\n".join(rows)


def test_json_tells_where_and_why(notice: Path) -> None:
    told = json.loads(here("read", str(notice), "--json").out)

    by_written = {span["written"]: span for span in told["spans"]}
    assert by_written["7h30"] == {
        "line": by_written["7h30"]["line"],
        "start": by_written["7h30"]["start"],
        "end": by_written["7h30"]["start"] + 4,
        "written": "7h30",
        "spoken": "bảy giờ ba mươi",
        "rule": "times.hour",
        "certainty": "sure",
    }
    assert told["spans"][0]["certainty"] == "unread"


def test_the_station_folder_gives_style_and_lexicon(tmp_path: Path) -> None:
    (tmp_path / "broadcaster.toml").write_text('[reading]\nthousand = "ngàn"\n', encoding="utf-8")
    (tmp_path / "lexicon.tsv").write_text("XQZ\tbến cát\nrác\n", encoding="utf-8")

    run = here("--station", str(tmp_path), "read", "-", stdin="XQZ có 2.000 hộ")

    assert run.out == "bến cát có hai ngàn hộ\n"
    assert "lexicon.tsv:2" in run.err


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ('[reading]\nthousand = "nghin"\n', "thousand"),
        ('[reading]\nthousnd = "ngàn"\n', "thousnd"),
        ("[reading\n", "broadcaster.toml"),
        ("reading = 5\n", "reading"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, settings: str, named: str) -> None:
    (tmp_path / "broadcaster.toml").write_text(settings, encoding="utf-8")

    run = here("--station", str(tmp_path), "read", "-", stdin=b"x")

    assert run.code == 1
    assert named in run.err
    assert "Traceback" not in run.err


def test_a_script_brings_its_own_words(tmp_path: Path) -> None:
    file = tmp_path / "own.txt"
    file.write_text("---\nlexicon: XQZ = bến cát\n---\nHọp tại XQZ\n", encoding="utf-8")

    assert here("read", str(file)).out == "Họp tại bến cát\n"


def test_a_missing_file_is_one_clear_message(tmp_path: Path) -> None:
    run = here("read", str(tmp_path / "none.txt"))

    assert run.code == 1
    assert "none.txt" in run.err
    assert "Traceback" not in run.err


def test_an_endless_text_is_refused() -> None:
    run = here("read", "-", stdin=b"a" * 20_000_001)

    assert run.code == 1
    assert "20 MB" in run.err


def test_nothing_heavy_is_loaded(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from broadcaster.cli.main import main\n"
        "try:\n    main(['read', '-'])\n"
        "except SystemExit:\n    pass\n"
        "print(sorted({name.split('.')[0] + '.' + (name.split('.') + [''])[1] for name in sys.modules}))"
    )
    run = process(tmp_path, code=code, stdin="7h30")

    loaded = run.out.splitlines()[-1]
    assert run.out.startswith("bảy giờ ba mươi")
    for heavy in ("store", "audio", "voices", "playout", "desk", "documents", "config", "station"):
        assert f"broadcaster.{heavy}'" not in loaded
    for heavy in ("pydantic.", "sqlalchemy.", "numpy.", "pydub.", "rich.", "json.", "tomllib."):
        assert f"'{heavy}" not in loaded


def test_a_cold_start_takes_at_most_three_times_that_of_click() -> None:
    def seconds(*command: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", *command], input=b"7h30\n", capture_output=True, check=True)
        return time.perf_counter() - start

    reading = "from broadcaster.cli.main import main; main()", "read", "-"
    pairs = [(seconds(*reading), seconds("import click")) for _ in range(7)]

    assert statistics.median(ours / theirs for ours, theirs in pairs) < 3
