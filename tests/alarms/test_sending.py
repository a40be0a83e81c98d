"""Webhook, e-mail and heartbeat against real servers: what arrives, and what is refused."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from broadcaster.alarms.alarm import Alarm, Channel, Delivery, Filed, Kind
from broadcaster.alarms.mail import Mail
from broadcaster.alarms.secret import address, revealed
from broadcaster.alarms.web import Webhook, beat
from broadcaster.clock import TurnedClock
from broadcaster.config import Alarms
from broadcaster.errors import AlarmError
from tests.alarms.conftest import NOW
from tests.alarms.servers import LOGIN, mail_server, web_server

FILED = tuple(
    Filed(number, NOW, Alarm(Kind.MISSED, "sang", text), Channel.WEBHOOK, Delivery.WAITING)
    for number, text in ((7, "Ấp 1 không nghe được"), (8, "Thẻ âm thanh\nbị rút"))
)


def webhook(url: str, certificate: Path | None, folder: Path, **more: object) -> Webhook:
    settings = Alarms.model_validate({"webhook": url, "ca_file": certificate, **more})
    return Webhook(settings, "xã Phú Hòa", folder)


def test_a_webhook_gets_one_post_for_all(
    certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK", "Bearer bí-mật-là-abc".encode("ascii", "ignore").decode())
    with web_server(certificate) as web:
        webhook(web.url, certificate, tmp_path, webhook_secret="env:HOOK").send(FILED)

    ((method, path, headers, body),) = web.asked
    assert (method, path) == ("POST", "/hook/t0ken")
    assert headers["Authorization"].startswith("Bearer ")
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert body["station"] == "xã Phú Hòa"
    assert body["alarms"][0] == {
        "id": 7,
        "at": "2026-11-24T03:00:00+00:00",
        "kind": "missed",
        "subject": "sang",
        "text": "Ấp 1 không nghe được",
    }
    assert [alarm["id"] for alarm in body["alarms"]] == [7, 8]


def test_a_certificate_that_nobody_vouches_for(certificate: Path, tmp_path: Path) -> None:
    with web_server(certificate) as web:
        with pytest.raises(AlarmError, match="certificate is not trusted"):
            webhook(web.url, None, tmp_path).send(FILED)
        with pytest.raises(AlarmError, match="ca_file"):
            webhook(web.url, tmp_path / "gone.pem", tmp_path).send(FILED)
        assert web.asked == []


@pytest.mark.parametrize("status", [302, 404, 500])
def test_another_answer_is_no_delivery_and_the_address_stays_secret(
    certificate: Path, tmp_path: Path, status: int
) -> None:
    with web_server(certificate) as web:
        web.status = status
        with pytest.raises(AlarmError, match=f"127.0.0.1: HTTP {status}") as refused:
            webhook(web.url, certificate, tmp_path).send(FILED)

    assert "t0ken" not in str(refused.value)
    assert len(web.asked) == 1, "no redirect is followed"


def test_an_endless_answer_is_not_read(certificate: Path, tmp_path: Path) -> None:
    with web_server(certificate) as web:
        web.answer = b"x" * 50_000_000
        webhook(web.url, certificate, tmp_path).send(FILED)

    assert len(web.asked) == 1


def test_nobody_listens(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{unused.getsockname()[1]}/t0ken"
        with pytest.raises(AlarmError, match="cannot be reached") as refused:
            webhook(url, None, tmp_path).send(FILED)
    assert "t0ken" not in str(refused.value)


def test_somebody_listens_and_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broadcaster.alarms.web._TIMEOUT", (0.2, 0.2))
    with socket.create_server(("127.0.0.1", 0)) as mute:
        with pytest.raises(AlarmError, match=r"127\.0\.0\.1"):
            webhook(f"https://127.0.0.1:{mute.getsockname()[1]}/", None, tmp_path).send(FILED)
        with pytest.raises(AlarmError, match="no answer in time"):
            webhook(f"http://127.0.0.1:{mute.getsockname()[1]}/", None, tmp_path).send(FILED)


def test_the_heartbeat(certificate: Path, tmp_path: Path) -> None:
    with web_server(certificate) as web:
        beat(Alarms(heartbeat=web.url, ca_file=certificate), tmp_path)
        beat(Alarms(), tmp_path)

    assert [(method, path) for method, path, _headers, _body in web.asked] == [("GET", "/hook/t0ken")]


def test_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text("bí mật\n", encoding="utf-8")
    (tmp_path / "url").write_text("https://example.org/t0ken", encoding="utf-8")
    (tmp_path / "two").write_text("một\nhai", encoding="utf-8")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\xff")
    monkeypatch.setenv("EMPTY", " ")

    assert revealed("file:token", tmp_path) == "bí mật"
    assert revealed(f"file:{tmp_path / 'token'}", tmp_path) == "bí mật"
    assert address("file:url", tmp_path) == "https://example.org/t0ken"
    for wrong in ("file:gone", "file:two", "file:bytes", "env:EMPTY", "env:NOT_SET"):
        with pytest.raises(AlarmError, match=wrong):
            revealed(wrong, tmp_path)
    with pytest.raises(AlarmError, match="web address") as refused:
        address("file:token", tmp_path)
    assert "bí mật" not in str(refused.value)


def mail(port: int, certificate: Path | None, folder: Path, **more: object) -> Mail:
    settings = {"mail_host": "127.0.0.1", "mail_port": port, "mail_from": LOGIN[0], "ca_file": certificate}
    to = {"mail_to": ["lan@xa.vn", "minh@xa.vn"], "mail_password": "file:password"}
    (folder / "password").write_text(LOGIN[1], encoding="utf-8")
    every = Alarms.model_validate({**settings, **to, **more})
    return Mail(every, "xã Phú Hòa", "a1b2", folder, TurnedClock(NOW))


@pytest.mark.parametrize("at_once", [False, True])
def test_a_mail_for_all(certificate: Path, tmp_path: Path, at_once: bool) -> None:
    security = "tls" if at_once else "starttls"
    with mail_server(certificate, at_once=at_once) as post:
        mail(post.port, certificate, tmp_path, mail_security=security).send(FILED)

    assert post.logins == [LOGIN]
    assert post.encrypted == [True]
    ((to, message),) = post.received
    assert to == ["lan@xa.vn", "minh@xa.vn"]
    assert message["Subject"] == "xã Phú Hòa: Ấp 1 không nghe được (+1)"
    assert message["From"] == LOGIN[0]
    assert message["Message-ID"] == "<7-8@a1b2.broadcaster>"
    assert message["Date"] == "Tue, 24 Nov 2026 03:00:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().splitlines() == ["Ấp 1 không nghe được", "Thẻ âm thanh", "bị rút"]


def test_a_mail_server_that_is_not_trusted_gets_no_password(certificate: Path, tmp_path: Path) -> None:
    with mail_server(certificate) as post, pytest.raises(AlarmError, match="certificate is not trusted"):
        mail(post.port, None, tmp_path).send(FILED)
    with (
        mail_server(certificate, at_once=True) as other,
        pytest.raises(AlarmError, match="certificate is not trusted"),
    ):
        mail(other.port, None, tmp_path, mail_security="tls").send(FILED)
    with mail_server(certificate, offers=False) as plain, pytest.raises(AlarmError, match="STARTTLS"):
        mail(plain.port, certificate, tmp_path).send(FILED)
    assert post.logins == other.logins == plain.logins == []


def test_a_mail_that_is_refused(certificate: Path, tmp_path: Path) -> None:
    with mail_server(certificate) as post:
        post.refuse = "552 hop thu day"
        with pytest.raises(AlarmError, match="552 hop thu day"):
            mail(post.port, certificate, tmp_path).send(FILED)
        with pytest.raises(AlarmError, match="535"):
            mail(post.port, certificate, tmp_path, mail_user="ai-do").send(FILED)
    assert post.received == []
    with pytest.raises(AlarmError, match="Refused"):
        mail(post.port, certificate, tmp_path).send(FILED)


def test_a_mail_without_login(certificate: Path, tmp_path: Path) -> None:
    with mail_server(certificate) as post:
        mail(post.port, certificate, tmp_path, mail_password=None, mail_security="none").send(FILED[:1])

    assert (post.logins, post.encrypted) == ([], [False])
    assert post.received[0][1]["Subject"] == "xã Phú Hòa: Ấp 1 không nghe được"
