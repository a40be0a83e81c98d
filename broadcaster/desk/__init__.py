"""What people do: scripts, approval, queues, slots; and editions made ready ahead of air."""

from broadcaster.desk.bench import DeskRules, Studio
from broadcaster.desk.desk import Desk

__all__ = ["Desk", "DeskRules", "Studio"]
