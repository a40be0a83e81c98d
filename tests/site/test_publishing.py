"""`broadcaster publish`: what is shown, what never is, and what a second time costs."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from broadcaster.audio import decode
from broadcaster.cli import publish as command
from broadcaster.desk.script import ScriptState
from broadcaster.site.record import FILE
from broadcaster.station import Station
from tests.kit import APPROVER, here, refused, snapshot
from tests.site.conftest import ADDRESS, SECRET, SHOWN, Web, ok
from tests.site.reader import everything, points, read, require_valid


def stamps(site: Path) -> dict[str, int]:
    return {
        str(path.relative_to(site)): path.stat().st_mtime_ns
        for path in site.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def test_every_page_is_whole_valid_and_leads_nowhere_else(shared: Web) -> None:
    pages = everything(shared.site)

    assert {name for name in pages if name.startswith("bai/")} == {f"bai/{code}.html" for code in SHOWN}
    for name, text in pages.items():
        require_valid(text)
        assert '<html lang="vi">' in text
        assert "<script" not in text
        assert not re.search(r"\bon\w+=|\bstyle=", text)
        foreign = [to for to in points(text, name) if "://" in to and not to.startswith(f"{ADDRESS}/")]
        assert foreign == [], name
        for part in (
            "<header>",
            '<nav aria-label="',
            "<main ",
            "<footer>",
            'class="bo-qua" href="#noi-dung"',
        ):
            assert text.count(part) == 1, (name, part)
        assert text.count("<h1") == 1


def test_an_item_has_its_words_sound_date_topics_and_code(shared: Web) -> None:
    text = read(shared.site, "bai/hop.html")

    assert "<h1>Họp &lt;ấp&gt; &amp; lấy ý kiến</h1>" in text
    assert "<p>Mời bà con đi họp ấp.</p>" in text
    assert "&lt;script&gt;a()&lt;/script&gt; là chữ." in text
    assert re.search(r"Thông báo · Đăng ngày <time datetime=\"\d{4}-\d\d-\d\d\">\d\d/\d\d/\d{4}</time>", text)
    assert '<a href="../chu-de/' in text
    assert "Tiêm chủng mở rộng</a>" in text
    assert f'href="{ADDRESS}/bai/hop.html"' in text
    assert '<svg role="img" aria-label="Mã QR dẫn tới bài này"' in text
    (name,) = {to for to in points(text, "bai/hop.html") if to.endswith(".mp3")}
    sound = json.loads((shared.site / FILE).read_text())["sounds"]
    (known,) = [one for one in sound.values() if one["file"] == name]
    assert (shared.site / name).stat().st_size == known["size"]
    assert len(decode(shared.site / name)) == pytest.approx(known["ms"], abs=5)
    assert 'aria-label="Nghe: Họp &lt;ấp&gt; &amp; lấy ý kiến"' in text


def test_topics_are_listed_by_plan_and_by_word(shared: Web) -> None:
    pages = everything(shared.site)
    topics = {name: text for name, text in pages.items() if name.startswith("chu-de/")}

    assert len(topics) == 4
    index = topics["chu-de/index.html"]
    assert index.index("Kế hoạch năm") < index.index("Y tế</a>") < index.index("Tiêm chủng mở rộng</a>")
    assert "bai/hop.html" in next(text for name, text in topics.items() if name.endswith("-1.html"))
    assert "bai/hop.html" in next(text for name, text in topics.items() if name.endswith("-1.1.html"))
    assert "bai/tiem.html" in next(text for name, text in topics.items() if name.endswith("-1.html"))
    assert "bai/tiem.html" in topics["chu-de/tu-khoa-tre-em.html"]


def test_what_may_not_be_shown_is_nowhere(shared: Web) -> None:
    with Station(shared.station) as station:
        kinds = {script.code: script.state for script in station.store.scripts()}
    assert kinds["rut"] is ScriptState.WITHDRAWN
    assert kinds["mai"] is ScriptState.APPROVED
    assert "dien-tap" in ok(shared.station, "emergency", "list")

    for path in shared.site.rglob("*"):
        if path.is_file():
            assert SECRET.encode() not in path.read_bytes(), path
            assert not re.match(r"(nhap|rut|mai)\b", path.name), path


def test_a_second_time_writes_nothing_and_remembers_the_address(web: Web) -> None:
    before = stamps(web.site)

    said = ok(web.station, "publish", str(web.site))

    assert "3 scripts are shown; 0 files written, 0 removed" in said
    assert stamps(web.site) == before
    assert ADDRESS in read(web.site, "bai/hop.html")


def test_what_is_withdrawn_is_gone_and_the_rest_is_left_alone(web: Web) -> None:
    before = stamps(web.site)
    (web.site / "google123.html").write_text("của người khác")
    (web.site / "bai" / ".cu.html.part").write_text("dở dang")
    ok(web.station, "script", "withdraw", "hop", "--by", APPROVER)

    said = ok(web.station, "publish", str(web.site))

    assert ", 3 removed" in said
    after = stamps(web.site)
    gone = {re.sub(r"\d{4}|-\w{8}\.mp3", "", name) for name in before.keys() - after.keys()}
    assert gone == {"bai/hop.html", "am-thanh/hop", "chu-de/-1.1.html"}
    same = {name for name in after if before.get(name) == after[name]}
    assert {"bai/tiem.html", "bai/rac.html", "bia.png", "chu-de/tu-khoa-tre-em.html"} <= same
    assert "hop" not in read(web.site, "index.html")
    assert b"hop" not in (web.site / "podcast.xml").read_bytes()
    assert (web.site / "google123.html").exists()
    assert not list(web.site.rglob("*.part"))
    everything(web.site)


def test_what_was_lost_or_spoilt_is_made_again(web: Web) -> None:
    (web.site / "bai" / "hop.html").unlink()
    (sound,) = (web.site / "am-thanh").glob("tiem-*.mp3")
    whole = sound.read_bytes()
    sound.write_bytes(whole[:100])

    assert "2 files written" in ok(web.station, "publish", str(web.site))
    assert sound.read_bytes() == whole
    everything(web.site)
    (web.site / FILE).write_text('{"version": 1, "sounds": ')
    ok(web.station, "publish", str(web.site), "--base-url", ADDRESS)
    assert sound.read_bytes() == whole


def test_only_some(web: Web) -> None:
    ok(web.station, "publish", str(web.site), "--only", "rac")

    assert [path.name for path in (web.site / "bai").iterdir()] == ["rac.html"]


def test_without_an_address_there_is_no_podcast(web: Web) -> None:
    shutil.rmtree(web.site)

    assert "say where the page will be with --base-url" in ok(web.station, "publish", str(web.site))

    assert not (web.site / "podcast.xml").exists()
    assert not any("<svg" in text or "podcast" in text for text in everything(web.site).values())


def test_what_is_refused_changes_nothing(web: Web, tmp_path: Path) -> None:
    strange, other = tmp_path / "anh", tmp_path / "khac"
    strange.mkdir()
    (strange / "anh.jpg").write_bytes(b"x")
    shutil.copytree(web.site, other)
    (other / FILE).write_text((other / FILE).read_text().replace('"station":"', '"station":"x'))
    before = snapshot(tmp_path)
    to = str(web.site)

    refused(here(web.station, "publish", str(strange)), 1, "other things", "anh.jpg")
    refused(here(web.station, "publish", str(web.station)), 1, "other things")
    refused(here(web.station, "publish", str(other)), 1, "another station")
    refused(here(web.station, "publish", to, "--only", "nhap"), 1, "Only approved scripts", "nhap")
    refused(here(web.station, "publish", to, "--only", "mai"), 1, "may not be given out yet", "mai")
    refused(here(web.station, "publish", to, "--only", "khong-co"), 1, "khong-co")
    refused(here(web.station, "publish", to, "--serve", "nowhere"), 1, "There is no such address")
    for address in ("javascript:x", "https://", "http://a b", "http://x/?q", 'http://x/"', "ftp://x"):
        refused(here(web.station, "publish", to, "--base-url", address), 2, "https://tanhung.example/tin")
    assert snapshot(tmp_path) == before


def test_a_sound_that_cannot_be_made_is_told_and_made_the_next_time(web: Web) -> None:
    shutil.rmtree(web.site)
    shutil.rmtree(web.station / "audio_out")
    (web.station / "audio_out").write_text("kín")

    refused(here(web.station, "publish", str(web.site), "--only", "rac"), 1, "without a sound", "rac")
    assert "chưa có bản để nghe" in read(web.site, "bai/rac.html")
    (web.station / "audio_out").unlink()
    (web.station / "audio_out").mkdir()
    ok(web.station, "publish", str(web.site), "--only", "rac")
    assert "<audio" in read(web.site, "bai/rac.html")


def test_a_station_that_keeps_flac_shows_mp3(web: Web) -> None:
    settings = web.station / "broadcaster.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text + '\n[production]\nformat = "flac"\n', encoding="utf-8")
    before = {path.name for path in (web.site / "am-thanh").iterdir()}

    ok(web.station, "publish", str(web.site), "--only", "rac")

    (sound,) = (web.site / "am-thanh").iterdir()
    assert sound.name not in before
    assert sound.read_bytes()[:3] == b"ID3"
    assert len(decode(sound)) > 1_000


def test_while_it_is_served_it_is_kept_up_to_date(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_LOOK_S", 0.01)

    class Stopped:
        """Withdraws a script the first time that it is asked, and stops when that is seen."""

        asked = 0

        def wait(self, seconds: float) -> bool:
            self.asked += 1
            if self.asked == 1:
                ok(web.station, "script", "withdraw", "rac", "--by", APPROVER)
            return self.asked > 2

    with Station(web.station) as station:
        command.keep_up(station, web.site, ADDRESS, (), Stopped().wait)
    assert not (web.site / "bai" / "rac.html").exists()
    assert "rac" not in read(web.site, "index.html")
