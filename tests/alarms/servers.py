"""Real servers on this computer: HTTPS that takes webhooks, SMTP that takes mail, with a CA of their own."""

from __future__ import annotations

import base64
import datetime
import ipaddress
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOGIN = ("loa@xa.vn", "mat-khau-bi-mat")


def make_certificate(folder: Path) -> Path:
    """A certificate of 127.0.0.1, and its key, in one .pem that is its own CA."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "ca.pem").write_bytes(pem)
    return folder / "ca.pem"


def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@dataclass
class Web:
    """What it was asked, and how it answers."""

    port: int = 0
    status: int = 200
    answer: bytes = b"ok"
    asked: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)
    """(method, path, headers, decoded JSON)"""

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}/hook/t0ken"


@contextmanager
def web_server(certificate: Path) -> Iterator[Web]:
    web = Web()

    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            web.asked.append(
                (self.command, self.path, dict(self.headers), json.loads(body) if body else None)
            )
            self.send_response(web.status)
            self.send_header("Location", "https://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", str(len(web.answer)))
            self.end_headers()
            self.wfile.write(web.answer)

        do_GET = do_POST = _take

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = tls(certificate).wrap_socket(server.socket, server_side=True)
    web.port = server.server_address[1]
    with _serving(server):
        yield web


@dataclass
class Post:
    """A mail server's inbox."""

    port: int = 0
    refuse: str = ""
    """What DATA is answered with; empty: accepted."""
    logins: list[tuple[str, str]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    received: list[tuple[list[str], EmailMessage]] = field(default_factory=list)


@contextmanager
def mail_server(certificate: Path, *, at_once: bool = False, offers: bool = True) -> Iterator[Post]:
    """`at_once`: TLS from the first byte; else STARTTLS, if it `offers` that."""
    post, context = Post(), tls(certificate)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.sock, self.encrypted = self.request, False
            try:
                if at_once:
                    self._encrypt()
                self._talk()
            finally:
                self.sock.close()

        def _encrypt(self) -> None:
            self.sock, self.encrypted = context.wrap_socket(self.sock, server_side=True), True

        def _say(self, *lines: str) -> None:
            self.sock.sendall("".join(f"{line}\r\n" for line in lines).encode())

        def _line(self) -> bytes:
            line = b""
            while not line.endswith(b"\n") and (letter := self.sock.recv(1)):
                line += letter
            return line

        def _talk(self) -> None:
            self._say("220 may chu thu")
            to: list[str] = []
            while line := self._line().decode().strip():
                verb = line.upper()
                if verb.startswith(("EHLO", "HELO")):
                    starttls = ["250-STARTTLS"] if offers and not self.encrypted else []
                    self._say("250-may chu thu", "250-AUTH PLAIN", *starttls, "250 SMTPUTF8")
                elif verb == "STARTTLS":
                    self._say("220 go")
                    self._encrypt()
                elif verb.startswith("AUTH PLAIN"):
                    _nothing, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
                    post.logins.append((user, password))
                    self._say("235 ok" if (user, password) == LOGIN else "535 sai mat khau")
                elif verb.startswith("RCPT"):
                    to.append(line.partition("<")[2].partition(">")[0])
                    self._say("250 ok")
                elif verb == "DATA":
                    self._take(to)
                else:
                    self._say("221 bye" if verb == "QUIT" else "250 ok")

        def _take(self, to: list[str]) -> None:
            self._say("354 go")
            content = b""
            while (part := self._line()) != b".\r\n":
                content += part
            if post.refuse:
                self._say(post.refuse)
                return
            message = message_from_bytes(content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            post.received.append((to, message))
            post.encrypted.append(self.encrypted)
            self._say("250 ok")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_which: None  # type: ignore[method-assign] # a client that refused us
    post.port = server.server_address[1]
    with _serving(server):
        yield post


@contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
