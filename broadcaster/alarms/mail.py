"""Alarms by e-mail: one message for all that wait, over STARTTLS or TLS with the certificate checked."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from broadcaster.alarms.alarm import Filed
from broadcaster.alarms.secret import revealed
from broadcaster.clock import Clock
from broadcaster.config import Alarms
from broadcaster.errors import AlarmError
from broadcaster.language import _

_TIMEOUT_S = 20.0
_OURSELVES = "[127.0.0.1]"
"""What we call ourselves: asking for a name may take long when the line is down."""
_LONGEST_SUBJECT = 120


class Mail:
    def __init__(self, settings: Alarms, station: str, station_id: str, folder: Path, clock: Clock) -> None:
        self._settings = settings
        self._station = station
        self._station_id = station_id
        self._folder = folder
        self._clock = clock

    def send(self, filed: Sequence[Filed]) -> None:
        """AlarmError: no server, refused, or the password is missing."""
        settings = self._settings
        password = settings.mail_password and revealed(settings.mail_password, self._folder)
        message = self._message(filed)
        try:
            with self._connected() as server:
                if password:
                    server.login(settings.mail_user or settings.mail_from or "", password)
                server.send_message(message, settings.mail_from, settings.mail_to)
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()  # the message is accepted already
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise AlarmError(
                _("The alarm could not be mailed"),
                f"{settings.mail_host}: {_why(error)}",
                _("It is tried again"),
            ) from error

    def _connected(self) -> smtplib.SMTP:
        settings = self._settings
        host, port = settings.mail_host or "", settings.mail_port
        if settings.mail_security == "tls":
            return smtplib.SMTP_SSL(host, port, _OURSELVES, timeout=_TIMEOUT_S, context=self._tls())
        server = smtplib.SMTP(host, port, _OURSELVES, timeout=_TIMEOUT_S)
        try:
            if settings.mail_security == "starttls":
                server.starttls(context=self._tls())
        except BaseException:
            server.close()
            raise
        return server

    def _tls(self) -> ssl.SSLContext:
        ca_file = self._settings.ca_file
        return ssl.create_default_context(cafile=str(self._folder / ca_file) if ca_file else None)

    def _message(self, filed: Sequence[Filed]) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        first = " ".join(filed[0].alarm.text.split())
        more = f" (+{len(filed) - 1})" if len(filed) > 1 else ""
        message["Subject"] = f"{self._station}: {first}"[:_LONGEST_SUBJECT] + more
        message["From"] = self._settings.mail_from
        message["To"] = ", ".join(self._settings.mail_to)
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = f"<{filed[0].id}-{filed[-1].id}@{self._station_id}.broadcaster>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content("".join(f"{one.alarm.text}\n" for one in filed))
        return message


def _why(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        told = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
        return f"{error.smtp_code} {' '.join(told.split())[:200]}"
    if isinstance(error, ssl.SSLError):
        return _("its certificate is not trusted")
    if isinstance(error, TimeoutError):
        return _("no answer in time")
    if isinstance(error, ValueError):
        return type(error).__name__  # its words may quote the password
    return f"{type(error).__name__}: {error}"
