"""The whole way: what goes wrong in a running station reaches a real server; the commands show it."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from broadcaster.daemon import Daemon
from broadcaster.daemon.watch import Watch
from broadcaster.lock import FILE_NAME as LOCK
from broadcaster.playout.airing import Outcome
from broadcaster.station import Station
from tests.alarms.servers import LOGIN, Web, mail_server, web_server
from tests.kit import AUTHOR, book, here, refused, rows, until, without_triggers


@pytest.fixture
def web(certificate: Path) -> Iterator[Web]:
    with web_server(certificate) as server:
        yield server


@pytest.fixture
def alarmed(small: Path, web: Web, certificate: Path) -> Path:
    """The small station, whose alarms go to `web`."""
    shutil.copy(certificate, small / "ca.pem")
    with (small / "broadcaster.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'\n[alarms]\nwebhook = "{web.url}"\nca_file = "ca.pem"\n')
        settings.write(f'heartbeat = "https://127.0.0.1:{web.port}/alive"\n')
    return small


@contextmanager
def on_duty(folder: Path) -> Iterator[list[str]]:
    said: list[str] = []
    stopped = threading.Event()

    def run() -> None:
        with Station(folder) as station:
            Daemon(station, said.append).run(stopped, seconds=None, rehearse=False)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        until(lambda: any("on duty" in line for line in said), 20, "start")
        yield said
    finally:
        stopped.set()
        thread.join(60)


def told(web: Web) -> list[tuple[str, str]]:
    bodies = [body for method, _path, _headers, body in web.asked if method == "POST"]
    return [(alarm["kind"], alarm["text"]) for body in bodies for alarm in body["alarms"]]


def miss(folder: Path) -> None:
    """An airing of the timetable's own kind, found too late: here, unless the daemon was sooner."""
    starts_at = book(folder, 5, -600)
    with closing(sqlite3.connect(folder / "schedules.db")) as connection:
        connection.execute("update slot set kind = 'programme', removed = 1")
        connection.commit()
    with Station(folder) as station:
        now = station.clock.now()
        for airing in station.store.claim(starts_at, now):
            station.store.end([airing.id], Outcome.MISSED, "too late by 600.0 s", 0.0, now)


def test_a_missed_airing_reaches_the_operator(alarmed: Path, web: Web) -> None:
    with on_duty(alarmed):
        until(lambda: any(path == "/alive" for _m, path, _h, _b in web.asked), 20, "the heartbeat")
        miss(alarmed)
        until(lambda: told(web), 30, "the alarm")

    ((kind, text),) = told(web)
    assert kind == "missed"
    assert re.search(r"Thử loa: missed in Ấp 1: too late by (59\d|60\d)\.\d s", text), text
    with on_duty(alarmed):
        pass
    assert len(told(web)) == 1, "and not again after a restart"
    (row,) = json.loads(here(alarmed, "alarms", "list", "--json").out)
    assert (row["state"], row["channel"], row["tries"]) == ("sent", "webhook", 0)
    assert "Ấp 1" in here(alarmed, "alarms", "list").out


def test_a_disk_with_little_room_a_silent_edition_and_a_second_daemon(alarmed: Path) -> None:
    settings = alarmed / "broadcaster.toml"
    words = settings.read_text(encoding="utf-8")
    settings.write_text(words + "\n[storage]\nleast_free_mb = 1000000000\n", encoding="utf-8")
    with Station(alarmed) as station:
        soon = station.clock.now().astimezone(station.settings.station.zone) + timedelta(minutes=10)
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('"21:30-05:00"', '"00:00-00:01"'), encoding="utf-8"
    )
    if soon.hour == 0:
        pytest.skip("a few minutes around midnight are quiet hours")
    at = f"{soon:%H:%M}"
    assert here(alarmed, "timetable", "add", "sang", "--at", at, "--by", AUTHOR).code == 0

    with on_duty(alarmed):
        (alarmed / LOCK).unlink()
        with on_duty(alarmed):
            assert here(alarmed, "person", "add", "Người mới").code == 0  # a change: both look around
            with Station(alarmed) as station:
                until(lambda: {"disk", "no audio", "daemon"} <= _kinds(station), 30, "the alarms")
                texts = [one.alarm.text for one in station.store.alarms(99)]

    assert any("sang" in text and "nothing queued" in text for text in texts)
    assert rows(alarmed, "select 1 from setting where name like 'daemon %'") == []


def _kinds(station: Station) -> set[str]:
    return {str(one.alarm.kind) for one in station.store.alarms(99)}


def test_damaged_records_are_told(alarmed: Path) -> None:
    book(alarmed, 5, -600)
    with Station(alarmed) as station:
        now = station.clock.now()
        (airing,) = station.store.claim(now, now)
        station.store.end([airing.id], Outcome.MISSED, "too late", 0.0, now)
    without_triggers(alarmed, "delete from asrun_event")

    with on_duty(alarmed), Station(alarmed) as station:
        until(lambda: [one for one in station.store.alarms(9) if one.alarm.kind == "records"], 20)


def test_silence_while_something_due_lies_unclaimed(alarmed: Path, web: Web) -> None:
    with Station(alarmed) as station:
        Watch(station).beat()
        assert len(web.asked) == 1
        book(alarmed, 5, -120)
        Watch(station).beat()
    assert len(web.asked) == 1


def test_the_test_alarm(alarmed: Path, web: Web, certificate: Path) -> None:
    with mail_server(certificate) as post:
        with (alarmed / "broadcaster.toml").open("a", encoding="utf-8") as settings:
            settings.write(f'mail_host = "127.0.0.1"\nmail_port = {post.port}\n')
            settings.write('mail_from = "loa@xa.vn"\nmail_to = ["lan@xa.vn"]\nmail_password = "file:pw"\n')
        (alarmed / "pw").write_text(LOGIN[1])

        run = here(alarmed, "alarms", "test")
        assert (run.code, run.out.splitlines()) == (0, ["webhook: sent", "mail: sent"])
        assert len(post.received) == 1

        web.status = 500
        run = here(alarmed, "alarms", "test")
    assert run.code == 1
    assert "webhook: The alarm could not be delivered: 127.0.0.1: HTTP 500" in run.out
    assert "mail: sent" in run.out


def test_no_way_is_set_up(small: Path) -> None:
    run = here(small, "alarms", "test")

    assert run.code == 1
    assert "[alarms]" in run.out


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('webhook = "http://example.org/"', "https://"),
        ('webhook = "ftp://example.org/"', "https://"),
        ('webhook_secret = "abc"', "env:NAME or file:PATH"),
        ('mail_host = "smtp.xa.vn"', "mail_from and mail_to"),
        ('mail_from = "Lan <lan@xa.vn>"', "mail address"),
        ('mail_security = "none"\nmail_password = "env:X"', "without TLS"),
        ('kinds = ["everything"]', "kinds"),
        ('webhok = "https://example.org/"', "webhook"),
    ],
)
def test_wrong_settings_of_alarms(small: Path, line: str, words: str) -> None:
    with (small / "broadcaster.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"\n[alarms]\n{line}\n")

    refused(here(small, "script", "list"), 1, words)
