"""One question to the service behind gTTS, and what its answer means.

gTTS itself sends with TLS unverified, without end, and passes over an answer that holds no audio. So only
its prepared request is used; sending, checking and judging are done here.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from pathlib import Path

import requests
from gtts import gTTS
from requests import exceptions
from urllib3.exceptions import HTTPError, ProtocolError, ReadTimeoutError

from broadcaster.audio import mpeg
from broadcaster.language import _
from broadcaster.voices.setback import Kind, Setback

_MOST_BYTES = 2 << 20
_BLOCK = 256
"""Bytes read at once: an answer that comes drop by drop is looked at this often."""
_AUDIO = re.compile(r'jQ1olc","\[\\"(.+?)\\"\]')
_BANNED = frozenset({403, 429})


class Google:
    """A kept-alive, verified line to translate.google.`tld`. One question at a time."""

    def __init__(
        self, *, tld: str, slow: bool, ca_file: Path | None, connect_s: float, read_s: float
    ) -> None:
        self._tld = tld
        self._slow = slow
        self._verify = str(ca_file) if ca_file else True
        self._timeout = (connect_s, read_s)
        self._session = requests.Session()

    def ask(self, words: str) -> bytes:
        """A whole MP3 of `words` (at most LONGEST characters). Raises Setback."""
        try:
            with self._send(self._question(words)) as response:
                _judge(response.status_code)
                return _mp3(_body(response))
        except (OSError, ValueError, HTTPError) as error:  # requests' own errors are OSErrors
            raise _unanswered(error) from error

    def close(self) -> None:
        self._session.close()

    def _question(self, words: str) -> requests.PreparedRequest:
        asked = gTTS(
            words, tld=self._tld, lang="vi", slow=self._slow, lang_check=False, pre_processor_funcs=[]
        )
        request: requests.PreparedRequest
        (request,) = asked._prepare_requests()
        return request

    def _send(self, request: requests.PreparedRequest) -> requests.Response:
        """Through HTTPS_PROXY, if set. A redirection is an answer like any other: portals redirect."""
        around = self._session.merge_environment_settings(request.url, {}, True, self._verify, None)
        return self._session.send(request, timeout=self._timeout, allow_redirects=False, **around)


def _unanswered(error: Exception) -> Setback:
    causes = tuple(_causes(error))
    if any(isinstance(cause, ReadTimeoutError) for cause in causes):
        return Setback(Kind.PASSES, _("no answer in time"))
    if any(isinstance(cause, ProtocolError | ConnectionResetError) for cause in causes):
        return Setback(Kind.PASSES, _("the connection broke"))
    if isinstance(error, exceptions.SSLError):
        return Setback(Kind.OFFLINE, _("its certificate is not trusted"))
    return Setback(Kind.OFFLINE, _("it cannot be reached"))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """requests and urllib3 wrap what happened up to four times; a reset in a tunnel is a "proxy error"."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _judge(status: int) -> None:
    if status == requests.codes.ok:
        return
    why = _("it answered with status {status}").format(status=status)
    if status in _BANNED:
        raise Setback(Kind.BANNED, why)
    raise Setback(Kind.PASSES if status >= 500 else Kind.OFFLINE, why)


def _body(response: requests.Response) -> str:
    body = bytearray()
    for block in response.iter_content(_BLOCK):
        body += block
        if len(body) > _MOST_BYTES:
            raise Setback(Kind.PASSES, _("its answer is too long"))
    return body.decode("utf-8", errors="replace")


def _mp3(body: str) -> bytes:
    found = _AUDIO.search(body)
    if not found:
        raise Setback(Kind.PASSES, _("its answer holds no speech"))
    letters = re.sub(r"\\+u003d", "=", found[1]).replace("\\", "")
    try:
        mp3 = base64.b64decode(letters, validate=True)
    except binascii.Error as error:
        raise Setback(Kind.PASSES, _("its answer is damaged")) from error
    if not _is_whole(mp3):
        raise Setback(Kind.PASSES, _("its speech is cut short"))
    return mp3


def _is_whole(mp3: bytes) -> bool:
    """Decoders play half an MP3 without a word; its last frame tells."""
    streams = mpeg.streams(mp3)
    return bool(streams) and streams[-1].end <= len(mp3)
