"""The folder handed out over HTTP: its pages, its sounds, and nothing else in it."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_TYPES = {".mp3": "audio/mpeg", ".xml": "application/rss+xml; charset=utf-8"}
_ALWAYS = {"x-content-type-options": "nosniff", "x-frame-options": "DENY"}


class _Shown(StaticFiles):
    """Only GET and HEAD; no path leads out of the folder or to a hidden name."""

    def lookup_path(self, path: str) -> tuple[str, object]:  # type: ignore[override]
        if any(part.startswith(".") for part in Path(path).parts):
            return "", None
        return super().lookup_path(path)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(_ALWAYS)
        if path.startswith("am-thanh/") or path.endswith(".css"):
            response.headers["cache-control"] = "public, max-age=31536000, immutable"
        if kind := _TYPES.get(Path(path).suffix):
            response.headers["content-type"] = kind
        return response


def application(folder: Path) -> Starlette:
    return Starlette(routes=[Mount("/", _Shown(directory=folder, html=True))])
