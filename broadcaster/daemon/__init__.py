"""The station on the commune's PC, on duty."""

from broadcaster.daemon.daemon import Daemon

__all__ = ["Daemon"]
