"""The service behind gTTS, replayed on this PC: a CONNECT proxy that ends the tunnel itself, in TLS.

Its certificates are made here, by an authority that only `Google.ca_file` knows. It answers in the service's
own wire format, with MP3 of generated sound; or goes wrong in every way that was seen.
"""

from __future__ import annotations

import base64
import contextlib
import datetime
import functools
import json
import re
import socket
import socketserver
import ssl
import struct
import tempfile
import threading
import urllib.parse
from collections import deque
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Literal, cast

import lameenc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from broadcaster.audio import RATE, encode, samples
from tests.voices.fake import hum

HOST = "translate.google.com.vn"
PATH = "/_/TranslateWebserverUi/data/batchexecute"


@functools.lru_cache
def mp3_of(words: str) -> bytes:
    """24 kHz mono 64 kbit/s without an Info frame."""
    return _mp3(samples(hum(words)).tobytes())


def _mp3(pcm: bytes) -> bytes:
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(64)
    encoder.set_in_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.set_quality(9)
    return bytes(encoder.encode(pcm)) + bytes(encoder.flush())


class Authority:
    """Signs a certificate for HOST; writes PEM files into `folder`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        key, name = ec.generate_private_key(ec.SECP256R1()), _name("Test authority")
        root = _certificate(name, name, key, key, ca=True)
        self.ca_file = folder / "ca.pem"
        self.ca_file.write_bytes(root.public_bytes(serialization.Encoding.PEM))
        server_key = ec.generate_private_key(ec.SECP256R1())
        server = _certificate(_name(HOST), name, server_key, key, ca=False)
        pem = server.public_bytes(serialization.Encoding.PEM) + server_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        (folder / "server.pem").write_bytes(pem)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(folder / "server.pem")


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    *,
    ca: bool,
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    issued = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(_usage(ca=ca), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(issued, critical=False)
    )
    if not ca:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
    return builder.sign(signer, hashes.SHA256())


def _usage(*, ca: bool) -> x509.KeyUsage:
    """Python 3.13 verifies strictly, and asks an authority for it."""
    return x509.KeyUsage(
        digital_signature=not ca,
        key_cert_sign=ca,
        crl_sign=ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


class _Conversation(BaseHTTPRequestHandler):
    """HTTP inside the tunnel."""

    protocol_version = "HTTP/1.1"
    google: Google

    def do_POST(self) -> None:
        assert self.path == PATH
        words = asked_words(self.rfile.read(int(self.headers["Content-Length"])).decode())
        answer = self.google.next_answer(words)
        ANSWERS[answer](self, words)

    def reply(self, status: int, body: bytes, content_type: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def speech(self, audio: str) -> None:
        inner = json.dumps([audio]) if audio else None
        line = json.dumps([["wrb.fr", "jQ1olc", inner, None, None, None, "generic"]], separators=(",", ":"))
        self.reply(200, f")]}}'\n\n{len(line)}\n{line}\n".encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


def asked_words(body: str) -> str:
    """The words in a request of gTTS's; asserts its form."""
    form = urllib.parse.parse_qs(body)
    ((rpc, parameters, _none, kind),) = json.loads(form["f.req"][0])[0]
    words, language, _speed, _null = json.loads(parameters)
    assert (rpc, language, kind) == ("jQ1olc", "vi", "generic")
    return str(words)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _fine(http: _Conversation, words: str) -> None:
    http.speech(_base64(mp3_of(words)))


def _escaped(http: _Conversation, words: str) -> None:
    """JSON may write "=" and "/" otherwise."""
    inner = json.dumps([_base64(mp3_of(words))]).replace("=", "\\u003d").replace("/", "\\/")
    line = json.dumps([["wrb.fr", "jQ1olc", inner, None, None, None, "generic"]], separators=(",", ":"))
    http.reply(200, f")]}}'\n\n{len(line)}\n{line}\n".encode())


def _drip(http: _Conversation, words: str) -> None:
    http.send_response(200)
    http.send_header("Content-Length", "30000")
    http.end_headers()
    while not http.google.closing.wait(0.02):
        http.wfile.write(b" ")
        http.wfile.flush()


def _reset(http: _Conversation, words: str) -> None:
    linger = struct.pack("ii", 1, 0)
    http.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    http.close_connection = True


def _broken_off(http: _Conversation, words: str) -> None:
    http.send_response(200)
    http.send_header("Content-Length", "30000")
    http.end_headers()
    http.wfile.write(b")]}'\n")
    http.close_connection = True


def _stall(http: _Conversation, words: str) -> None:
    http.send_response(200)
    http.send_header("Content-Length", "30000")
    http.end_headers()
    http.google.closing.wait()


def _mute(http: _Conversation, words: str) -> None:
    http.google.closing.wait()
    http.close_connection = True


def _redirect(http: _Conversation, words: str) -> None:
    http.send_response(302)
    http.send_header("Location", "http://192.0.2.1/login")
    http.send_header("Content-Length", "0")
    http.end_headers()


def _status(status: int) -> Callable[[_Conversation, str], None]:
    return lambda http, words: http.reply(status, b"<html>no</html>", "text/html")


def _quarter(words: str) -> bytes:
    """The first quarter of the frames, 192 bytes each: whole, but too short."""
    mp3 = mp3_of(words)
    return mp3[: len(mp3) // 4 // 192 * 192]


def _half_of_promised(words: str) -> bytes:
    """Whole frames, but half as many as the Info frame before them says."""
    with tempfile.TemporaryDirectory() as folder:
        encode(samples(hum(words)), Path(folder, "speech.mp3"))
        mp3 = Path(folder, "speech.mp3").read_bytes()
    return mp3[: len(mp3) // 2 // 192 * 192]


ANSWERS: dict[str, Callable[[_Conversation, str], None]] = {
    "fine": _fine,
    "escaped": _escaped,
    "portal": lambda http, words: http.reply(200, b"<html>Wi-Fi login</html>", "text/html"),
    "null": lambda http, words: http.speech(""),
    "broken base64": lambda http, words: http.speech(_base64(mp3_of(words))[:-5] + "!!"),
    "truncated mp3": lambda http, words: http.speech(_base64(mp3_of(words)[:-500])),
    "no mp3": lambda http, words: http.speech(_base64(b"RIFF" * 999)),
    "silent mp3": lambda http, words: http.speech(_base64(_mp3(bytes(2 * RATE)))),
    "short mp3": lambda http, words: http.speech(_base64(_quarter(words))),
    "unkept promise": lambda http, words: http.speech(_base64(_half_of_promised(words))),
    "endless": lambda http, words: http.reply(200, b" " * (3 << 20)),
    "429": _status(429),
    "403": _status(403),
    "404": _status(404),
    "500": _status(500),
    "redirect": _redirect,
    "reset": _reset,
    "broken off": _broken_off,
    "drip": _drip,
    "stall": _stall,
    "mute": _mute,
}


class _Proxy(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    google: Google


class _Tunnel(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        google = cast(_Proxy, self.server).google
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            block = self.request.recv(1024)
            if not block:
                return
            head += block
        google.tunnels.append(re.match(rb"CONNECT (\S+) ", head)[1].decode())  # type: ignore[index]
        if google.tunnel == "silent":
            google.closing.wait()
            return
        if google.tunnel == "refused":
            self.request.sendall(b"HTTP/1.1 503 No route\r\n\r\n")
            return
        self.request.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        handler = type("Handler", (_Conversation,), {"google": google})
        with contextlib.suppress(OSError), google.context.wrap_socket(self.request, server_side=True) as tls:
            handler(tls, self.client_address, self.server)


class Google:
    """The replayed service. `answers`: names from ANSWERS for the next questions, then "fine"."""

    def __init__(self, authority: Authority) -> None:
        self.context = authority.context
        self.ca_file = authority.ca_file
        self.answers: deque[str] = deque()
        self.always = "fine"
        self.asked: list[str] = []
        self.tunnels: list[str] = []
        self.tunnel: Literal["open", "refused", "silent"] = "open"
        self.closing: threading.Event = threading.Event()
        self._proxy = _Proxy(("127.0.0.1", 0), _Tunnel)
        self._proxy.google = self
        self.url = f"http://127.0.0.1:{self._proxy.server_address[1]}"

    def next_answer(self, words: str) -> str:
        self.asked.append(words)
        return self.answers.popleft() if self.answers else self.always

    @contextlib.contextmanager
    def serving(self) -> Iterator[Google]:
        thread = threading.Thread(target=self._proxy.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            self.closing.set()
            self._proxy.shutdown()
            self._proxy.server_close()
            thread.join()
