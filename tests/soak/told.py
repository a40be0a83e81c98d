"""How a child process hears from its parent that it is to stop."""

from __future__ import annotations

import threading
from multiprocessing.connection import Connection


def told(pipe: Connection) -> threading.Event:
    """Set once the pipe says anything, or ends."""
    stopped = threading.Event()

    def listen() -> None:
        try:
            pipe.recv()
        except EOFError:
            pass
        finally:
            stopped.set()

    threading.Thread(target=listen, daemon=True).start()
    return stopped
