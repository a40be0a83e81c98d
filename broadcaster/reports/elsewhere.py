"""What was done of the plan without the horns: web page, banners, meetings, contests, as the report counts
them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo

from broadcaster.desk.meeting import Meeting
from broadcaster.desk.outreach import Channel, Outreach
from broadcaster.desk.script import Script
from broadcaster.desk.topic import Topic
from broadcaster.reports.period import Period
from broadcaster.store import Store


@dataclass(frozen=True)
class Elsewhere:
    """Something of the plan that was done, but not through the horns."""

    day: date
    channel: str
    """As a paper calls it: `Trang thông tin điện tử`, `Họp, sinh hoạt lồng ghép`, `Hội thi`."""
    title: str
    hamlet: str = ""
    """Its name; empty: the whole commune."""
    people: int = 0
    """Who were there; 0: nobody counted."""
    times: int = 1
    """How many banners, posts, meetings."""


CHANNELS = {
    Channel.BANNER: "Băng rôn, khẩu hiệu",
    Channel.LEAFLET: "Tờ rơi, tờ gấp",
    Channel.BOARD: "Bảng tin công cộng",
    Channel.SOCIAL: "Mạng xã hội",
    Channel.SMS: "Tin nhắn",
}


def elsewhere(
    store: Store, period: Period, zone: tzinfo, scripts: Mapping[str, Script]
) -> tuple[Elsewhere, ...]:
    """All of the period, by day."""
    found = [
        *_pages(store, period, zone, scripts),
        *_outreach(store, period, scripts),
        *_meetings(store, period, scripts),
        *_contests(store, period),
    ]
    return tuple(sorted(found, key=lambda one: one.day))


def _pages(store: Store, period: Period, zone: tzinfo, scripts: Mapping[str, Script]) -> Iterator[Elsewhere]:
    """Each script on the web page counts once, on the day when it first stood there."""
    for script_id, at in store.published(*period.instants(zone)).items():
        yield Elsewhere(at.astimezone(zone).date(), "Trang thông tin điện tử", scripts[script_id].title)


def _outreach(store: Store, period: Period, scripts: Mapping[str, Script]) -> Iterator[Elsewhere]:
    topics = {f"{topic.year}/{topic.code}": topic for topic in store.topics()}
    for done in store.outreach(period.first, period.last):
        channel = CHANNELS[done.channel]
        told = "; ".join(_told(done, topics, scripts)) or channel
        yield Elsewhere(done.day, channel, told, done.hamlet, times=done.count)


def _meetings(store: Store, period: Period, scripts: Mapping[str, Script]) -> Iterator[Elsewhere]:
    topics = {f"{topic.year}/{topic.code}": topic for topic in store.topics()}
    for meeting in store.meetings(period.first, period.last):
        told = "; ".join(_told(meeting, topics, scripts)) or "Họp dân"
        yield Elsewhere(meeting.day, "Họp, sinh hoạt lồng ghép", told, meeting.hamlet, meeting.attendees)


def _told(
    done: Meeting | Outreach, topics: Mapping[str, Topic], scripts: Mapping[str, Script]
) -> Iterator[str]:
    yield from (topics[code].title if code in topics else code for code in done.topics)
    yield from (scripts[script].title for script in done.script_ids if script in scripts)


def _contests(store: Store, period: Period) -> Iterator[Elsewhere]:
    for contest in store.contests():
        for result in contest.results:
            if period.first <= result.day <= period.last:
                title = f"{contest.title}: {result.summary}"
                yield Elsewhere(result.day, "Hội thi", title, people=result.entries)
