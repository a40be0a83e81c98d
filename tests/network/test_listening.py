"""The web server beside our log."""

from __future__ import annotations

import logging

import pytest

from broadcaster.network import listening


def test_what_the_web_server_says_goes_into_our_log_and_not_onto_the_screen(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.INFO, listening.__name__):
        logging.getLogger("uvicorn.error").error("Exception in ASGI application\n| a long story")

    assert "event=web-server says='Exception in ASGI application'" in caplog.messages
    assert capfd.readouterr().err == ""
    assert not logging.getLogger("uvicorn").propagate
