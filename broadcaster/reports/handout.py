"""A hand-out for meetings and schools: approved scripts as an official paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from broadcaster.desk.outside import words
from broadcaster.desk.script import Script
from broadcaster.reports.paper import Office, Paper, Section

SUBJECT = "Dùng trong cuộc họp, buổi sinh hoạt ở khu dân cư và trường học"


def handout(scripts: Sequence[Script], office: Office, now: datetime) -> Paper:
    """A section for each script: its written words, and who answers for them. `now` is in the station's
    zone."""
    one = len(scripts) == 1
    return Paper(
        office=office,
        kind="TÀI LIỆU TUYÊN TRUYỀN",
        code="",
        subject=scripts[0].title if one else SUBJECT,
        made_on=now.date(),
        sections=tuple(
            Section(
                "" if one else f"{number}. {script.title}", (*words(script), answers_for(script, now.tzinfo))
            )
            for number, script in enumerate(scripts, 1)
        ),
    )


def answers_for(script: Script, zone: tzinfo | None) -> str:
    """Who wrote it, who approved it, and when."""
    wrote = f"{script.author} viết; " if script.author else ""
    when = f" ngày {script.approved_at.astimezone(zone):%d/%m/%Y}" if script.approved_at else ""
    return f"({wrote}{script.approved_by} duyệt{when}.)"
