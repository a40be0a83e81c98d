"""The alarm clock: APScheduler with one one-shot job, set from the ledger and never kept on disk."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

from broadcaster.clock import Clock

LEAD = timedelta(seconds=5)
"""How long before its second an airing is claimed and made ready."""
_JOB = "alarm"


class _Scheduler(BackgroundScheduler):  # type: ignore[misc] # APScheduler has no types
    """Bears being shut down while it hands out a job: APScheduler 3.11 raises then, in its own thread."""

    def remove_job(self, job_id: str, jobstore: str | None = None) -> None:
        try:
            super().remove_job(job_id, jobstore)
        except JobLookupError:
            if self.running:
                raise


class Alarm:
    """Calls `ring` in a thread of its own, `LEAD` before the instant that `set` is given."""

    def __init__(self, ring: Callable[[], None], clock: Clock) -> None:
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        self._ring = ring
        self._clock = clock
        self._scheduler = _Scheduler(
            timezone=UTC,
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(4)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 4},
        )

    def start(self) -> None:
        self._scheduler.start()

    def set(self, due: datetime | None) -> None:
        """Ring for an airing at `due` (at once, if that is near or past); None: do not ring."""
        now = self._clock.now()
        if due is None:
            with suppress(JobLookupError):
                self._scheduler.remove_job(_JOB)
        elif due - LEAD <= now:
            self.soon(self._ring, _JOB)
        else:
            self._scheduler.add_job(self._ring, DateTrigger(due - LEAD), id=_JOB, replace_existing=True)

    def soon(self, call: Callable[[], None], name: str) -> None:
        """Run `call` at once in a thread of the pool; one of that name that has not begun is replaced."""
        self._scheduler.add_job(call, id=name, replace_existing=True)

    def wake(self) -> None:
        """Look at the wall clock now: it may have been set since."""
        self._scheduler.wakeup()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)
