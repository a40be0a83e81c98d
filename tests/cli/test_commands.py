"""The other commands as they are meant to be used, and how the program speaks."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from broadcaster import service
from broadcaster.cli.common import _cell, _plain
from broadcaster.cli.main import main
from broadcaster.lock import DaemonLock
from broadcaster.playout.airing import Outcome
from broadcaster.station import Station
from broadcaster.timetable.hamlet import Hamlet
from tests.kit import (
    APPROVER,
    AUTHOR,
    PLAN,
    ROOT,
    book,
    command,
    dump,
    here,
    in_child,
    refused,
    rows,
    without_triggers,
)

NOTICE = "THÔNG BÁO\n\nUBND xã mời bà con họp lúc 19h30 ngày 05/12/2026. Ghi mã XQZK nhé.\n"


def test_a_script_from_paper_to_withdrawal(small: Path) -> None:
    text = small.parent / "Họp dân.txt"
    text.write_text(NOTICE, encoding="utf-8")
    assert here(small, "person", "add", APPROVER, "--role", "Phó Chủ tịch").code == 0

    added = here(small, "script", "add", str(text), "--by", AUTHOR.lower(), "--expires", "2099-12-31")
    assert added.code == 0
    assert "hop-dan is a draft" in added.out
    assert "cannot be read: XQZK" in added.out
    assert "already" in here(small, "script", "add", str(text)).out
    refused(here(small, "script", "approve", "hop-dan", "--by", APPROVER), 1, "XQZK")

    with (small / "lexicon.tsv").open("a", encoding="utf-8") as lexicon:
        lexicon.write("XQZK\tbến cát\t\t\n")
    refused(here(small, "script", "approve", "hop-dan", "--by", AUTHOR), 1, "own")
    first = here(small, "script", "approve", "hop-dan", "--by", APPROVER)
    approved = first if first.code == 0 else here(small, "script", "approve", "hop-dan", "--by", APPROVER)
    assert approved.code == 0, approved.err

    (listed,) = json.loads(here(small, "script", "list", "--json").out)
    assert (listed["state"], listed["approved_by"], listed["expires"]) == ("approved", APPROVER, "2099-12-31")
    assert "hop-dan" in here(small, "script", "list").out
    (shown,) = json.loads(here(small, "script", "show", "hop-dan", "--json").out)
    assert "mười chín giờ ba mươi" in shown["spoken"]
    assert "bến cát" in here(small, "script", "show", "hop-dan").out
    assert "Every approval stands" in here(small, "script", "recheck").out
    with (small / "lexicon.tsv").open("a", encoding="utf-8") as lexicon:
        lexicon.write("UBND\tủy ban\t\t\n")
    assert "hop-dan is read otherwise now" in here(small, "script", "recheck").out
    assert here(small, "script", "withdraw", "hop-dan", "--by", APPROVER).code == 0
    assert [p["name"] for p in json.loads(here(small, "person", "list", "--json").out)] == [AUTHOR, APPROVER]


def test_a_one_person_station_approves_its_own_words(small: Path) -> None:
    settings = (small / "broadcaster.toml").read_text(encoding="utf-8")
    settings = settings.replace("[station]", "[station]\nself_approval = true")
    (small / "broadcaster.toml").write_text(settings, encoding="utf-8")
    (small / "tin.txt").write_text("Mời bà con họp ấp.", encoding="utf-8")
    assert here(small, "script", "add", str(small / "tin.txt"), "--by", AUTHOR, "--kind", "spot").code == 0

    run = here(small, "script", "approve", "tin", "--by", AUTHOR)

    assert "on record" in run.out
    assert rows(small, "select self_approved from script") == [(1,)]


def test_the_log_for_people_for_programs_and_for_spreadsheets(small: Path) -> None:
    with Station(small) as station:
        station.store.save_hamlet(Hamlet("x", "ap-x", "=Ấp X"), by="", now=station.clock.now())
    book(small, 0.5, -600, hamlets=3)
    with Station(small) as station:
        now = station.clock.now()
        airings = station.store.claim(now, now)
        late = [airing.id for airing in airings[:2]]
        station.store.end(late, Outcome.MISSED, "too late by 600.0 s", 0.0, now)
        station.store.end([airings[2].id], Outcome.AIRED, "", 0.5, now)

    listed = json.loads(here(small, "asrun", "--json").out)
    assert {line["outcome"] for line in listed} == {"missed", "aired"}
    assert set(listed[0]) >= {
        *("hamlet", "slot", "title", "starts_at", "outcome", "reason", "started_at"),
        *("seconds_played", "seconds_planned", "voice", "bulletin"),
    }
    assert [
        line["hamlet"] for line in json.loads(here(small, "asrun", "--json", "--hamlet", "ap-2").out)
    ] == ["ap-2"]
    table = here(small, "asrun").out.splitlines()
    assert len(table) == 3, "hamlets that heard the same stand in one line"
    sheet = list(csv.DictReader(io.StringIO(here(small, "asrun", "--csv").out)))
    assert {row["hamlet_name"] for row in sheet} == {"Ấp 1", "Ấp 2", "'=Ấp X"}
    assert here(small, "asrun", "--csv", "--to", "2020-01-01", "--from", "2020-01-01").out == "hamlet\n"

    assert here(small, "asrun", "verify").code == 0
    forged = "update asrun_event set payload = replace(payload, 'missed', 'aired') where seq = 1"
    without_triggers(small, forged)
    broken = here(small, "asrun", "verify")
    assert broken.code == 1
    assert "broken at event 1" in broken.out
    doctor = here(small, "doctor", "--json")
    assert doctor.code == 1
    assert any("broken at event 1" in row["what"] for row in json.loads(doctor.out))


def test_a_backup_is_the_database(small: Path, tmp_path: Path) -> None:
    assert here(small, "backup", str(tmp_path / "copy.db")).code == 0

    assert dump(tmp_path / "copy.db") == dump(small / "schedules.db")
    refused(here(small, "backup", str(tmp_path / "copy.db")), 1, "copy.db", "Choose another")
    refused(here(small, "backup", str(tmp_path)), 1, str(tmp_path))


def test_stop_is_asked_of_a_running_daemon(small: Path) -> None:
    with DaemonLock(small):
        refused(here(small, "stop", "--by", "Ai đó"), 1, "Ai đó", AUTHOR)
        refused(here(small, "stop", "--by", AUTHOR, "--hamlet", "ap-9"), 1, "ap-9")
        assert here(small, "stop", "--by", AUTHOR, "--hamlet", "ap-1").code == 0
        assert here(small, "stop", "--by", AUTHOR).code == 0

    assert [by for (by,) in rows(small, "select by from stop_request")] == [AUTHOR, AUTHOR]


def test_a_service_is_shown_and_written(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = here(small, "daemon", "install", "--print")
    assert f'"{small}"' in shown.out

    unit = replace(service.unit_for(small), path=small / "x.service")
    monkeypatch.setattr(service, "unit_for", lambda _folder: unit)
    written = here(small, "daemon", "install")
    assert (small / "x.service").read_text(encoding="utf-8") == unit.text
    assert all(line in written.out for line in unit.commands)


@pytest.mark.skipif(not PLAN.exists(), reason="the real plan does not lie beside the project")
def test_the_real_plan_is_taken_in_read_and_approved(small: Path) -> None:
    assert here(small, "person", "add", APPROVER).code == 0
    assert here(small, "read", str(PLAN), "--check").code == 0
    added = here(small, "script", "add", str(PLAN), "--by", AUTHOR)
    assert added.code == 0
    assert "cannot be read" not in added.out
    (script,) = json.loads(here(small, "script", "list", "--json").out)

    approved = here(small, "script", "approve", script["code"], "--by", APPROVER)
    assert approved.code == 0, approved.err
    rendered = in_child(small, "render", script["code"])
    assert rendered.code == 0, rendered.err
    assert "voice espeak" in rendered.out
    ((name, length),) = rows(small, "select file_name, length from bulletin")
    (shown,) = json.loads(here(small, "script", "show", script["code"], "--json").out)
    syllables = len(shown["spoken"].split())
    assert (small / "audio_out" / name).stat().st_size > 100_000
    assert syllables * 0.15 < length / 1000 < syllables * 0.6 + 25


def test_what_nobody_foresaw_is_one_message(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def burn(_store: object) -> None:
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr("broadcaster.store.Store.hamlets", burn)
    run = here(small, "hamlet", "list")

    assert run.code == 1
    assert run.err == (
        "Error: Something unforeseen: ZeroDivisionError: by nought. "
        "Run it again as `broadcaster --debug …` and pass on what it shows\n"
    )
    with pytest.raises(ZeroDivisionError):
        main(["--debug", "--station", str(small), "hamlet", "list"])


def test_what_the_computer_refuses_is_one_message(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_store: object) -> None:
        raise PermissionError(13, "Permission denied", "/srv/x")

    monkeypatch.setattr("broadcaster.store.Store.hamlets", refuse)

    refused(here(small, "hamlet", "list"), 1, "/srv/x", "Permission denied")


def test_ctrl_c_at_a_question_is_no_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_args: object, **_more: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("click.prompt", interrupt)
    run = here(tmp_path, "init")

    assert (run.code, run.err.strip()) == (1, "")


def test_the_settings_choose_the_language(small: Path) -> None:
    settings = (small / "broadcaster.toml").read_text(encoding="utf-8")
    (small / "broadcaster.toml").write_text(
        settings.replace("[station]", '[station]\nlanguage = "en"'), encoding="utf-8"
    )
    assert "Code" in here(small, "hamlet", "list").out


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_letters_that_a_console_lacks_stop_nothing(small: Path, encoding: str) -> None:
    run = subprocess.run(
        command(small, "hamlet", "list"),
        capture_output=True,
        cwd=ROOT,
        env={"PYTHONIOENCODING": encoding, "PATH": "", "BROADCASTER_LANG": "en"},
        check=False,
    )

    assert run.returncode == 0, run.stderr
    assert "Ấp 1" in run.stdout.decode()


def test_whoever_listens_may_leave(small: Path) -> None:
    child = subprocess.Popen(
        command(small, "hamlet", "list"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    )
    assert child.stdout is not None
    child.stdout.close()
    _out, err = child.communicate(timeout=20)

    assert b"Traceback" not in err


def test_help_and_version() -> None:
    version = here(Path("/nowhere"), "--version")
    assert (version.code, version.out[:20]) == (0, "broadcaster, version")
    bare = here(Path("/nowhere"), "--help")
    assert (bare.code, bare.err) == (0, "")
    assert "doctor" in bare.out


def test_cells() -> None:
    assert _cell(None, "x") == ""
    assert _cell(True, "x") == "yes"
    assert _cell(False, "x") == ""
    assert _cell(1.25, "x") == "1.2"
    assert _cell("a" * 80, "title") == "a" * 69 + "…"
    assert _plain(frozenset({"a"})) == ["a"]
    assert _plain(Path("/x")) == "/x"


def test_the_chime_is_sounded_in_a_hamlet(small: Path) -> None:
    begin = time.monotonic()
    run = here(small, "hamlet", "test", "ap-1")

    assert run.code == 0, run.err
    (file,) = (small / "audio_out" / "ap-1").glob("*.wav")
    assert file.stat().st_size > 50_000
    assert time.monotonic() - begin < 10
