"""The first schema."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from broadcaster.store.migrations import records

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""In one order everywhere: that of the letters' numbers."""


def upgrade() -> None:
    op.create_table(
        "station",
        *(_id(), _text("device_id"), _column("epoch", sa.Integer), _column("created_at", sa.BigInteger)),
        _column("changes", sa.Integer),
    )
    _registry()
    _timetable()
    _editions()
    _records()
    dialect = op.get_context().dialect.name
    op.execute(records.outcome(dialect))
    for trigger in records.append_only(dialect):
        op.execute(trigger)


def _registry() -> None:
    _table("setting", _key("name"), _text("value"), per_station=True)
    _table(
        "person",
        *(_id(), _text("name"), _text("folded_name"), _text("role")),
        sa.UniqueConstraint("station_id", "folded_name"),
    )
    _table(
        "hamlet",
        *(_id(), _text("code"), _text("name"), _text("kind"), _text("output")),
        *(_column("gain_trim", sa.Float), sa.Column("band_hz", _TEXT), sa.Column("quiet_hours", _TEXT)),
        *(sa.Column("minutes_per_day", sa.Integer), _column("sensitive", sa.Boolean)),
        _text("overlap_group"),
        _column("retired", sa.Boolean),
    )
    op.create_index(
        "ix_hamlet_code_in_service",
        "hamlet",
        ["station_id", "code"],
        unique=True,
        **_only_where("NOT retired"),
    )
    _table(
        "script",
        *(_id(), _text("code"), _text("title"), _text("kind"), _text("state"), _text("text")),
        *(_text("spoken"), _text("text_sha256"), _text("reading_sha256")),
        *(_text("source"), _text("source_sha256"), _text("author"), sa.Column("created_at", sa.BigInteger)),
        *(_text("approved_by"), sa.Column("approved_at", sa.BigInteger)),
        *(_column("self_approved", sa.Boolean), sa.Column("expires", _TEXT)),
        *(sa.Column("not_before", _TEXT), _text("topics"), _text("names"), _text("not_names")),
        _text("first_approved_by"),
        *(_text("marks"), _text("words"), _text("recording")),
        _column("added_at", sa.BigInteger),
        sa.UniqueConstraint("station_id", "code"),
    )


def _timetable() -> None:
    _table(
        "slot",
        *(_id(), _text("code"), _text("name"), _text("at"), _text("weekdays")),
        *(sa.Column("first", _TEXT), sa.Column("last", _TEXT), _text("day_rule")),
        *(_text("profiles"), _text("replaces"), _text("plays"), _text("ref")),
        *(_column("max_items", sa.Integer), _text("kind"), _text("priority")),
        *(_column("lateness_s", sa.Integer), _text("interrupted"), _text("form")),
        _column("length_s", sa.Integer),
        _column("removed", sa.Boolean),
    )
    op.create_index(
        "ix_slot_code_in_timetable",
        "slot",
        ["station_id", "code"],
        unique=True,
        **_only_where("NOT removed AND kind = 'programme'"),
    )
    op.create_index("ix_slot_first", "slot", ["first"])
    spanning = '("first" IS NULL OR "last" IS NULL OR "first" <> "last")'
    op.create_index("ix_slot_spanning", "slot", ["removed"], **_only_where(spanning))
    _table(
        "slot_hamlet",
        *(_part_of("slot", key=True), _part_of("hamlet", key=True), _column("position", sa.Integer)),
    )
    _table(
        "slot_script",
        *(_part_of("slot", key=True), _part_of("script", key=True), _column("position", sa.Integer)),
    )
    _table(
        "profile",
        *(_id(), _text("code"), _text("name"), _column("music", sa.Boolean), _column("ordinary", sa.Boolean)),
        *(sa.Column("quiet_hours", _TEXT), sa.UniqueConstraint("station_id", "code")),
    )
    _table("profile_day", _key("day"), _part_of("profile"), per_station=True)
    _table("slot_skip", _part_of("slot", key=True), _key("day"))
    _table(
        "queue_entry",
        *(_id(), _part_of("slot"), _part_of("script")),
        *(_column("position", sa.Integer), _column("owed", sa.Integer)),
        sa.UniqueConstraint("slot_id", "script_id"),
    )


def _editions() -> None:
    _table(
        "bulletin",
        *(_key("sha256"), _text("file_name"), _column("length", sa.Integer), _text("voice")),
        *(_text("recipe"), _column("loudness", sa.Float), _column("true_peak", sa.Float), _text("cues")),
        *(_text("why_this_voice"), _text("title"), _column("made_at", sa.BigInteger)),
        _column("deleted", sa.Boolean),
        per_station=True,
    )
    op.create_index("ix_bulletin_recipe", "bulletin", ["recipe"])
    _table(
        "edition",
        *(_id(), _part_of("slot"), _column("starts_at", sa.BigInteger), _text("state")),
        *(_column("has_scripts", sa.Boolean), _text("title"), _text("bulletin")),
        _column("until", sa.BigInteger),
        sa.UniqueConstraint("slot_id", "starts_at"),
    )
    op.create_index("ix_edition_starts_at", "edition", ["starts_at"])
    op.create_index("ix_edition_bulletin", "edition", ["bulletin"])
    _table("edition_script", _part_of("edition", key=True), _key("position", sa.Integer), _part_of("script"))
    _table(
        "edition_fallback",
        *(_part_of("edition", key=True), _key("position", sa.Integer), _text("bulletin"), _text("why")),
        _column("until", sa.BigInteger),
    )
    _table(
        "airing",
        *(_id(), _part_of("edition"), _part_of("hamlet"), _text("hamlet_code"), _text("hamlet_name")),
        *(_column("starts_at", sa.BigInteger), _text("state"), _column("claimed_at", sa.BigInteger)),
        *(_column("started_at", sa.BigInteger), _column("sounded_to", sa.Integer)),
        *(_column("lost", sa.Integer), _text("continues"), _text("bulletin"), _text("instead")),
        _text("told_by"),
        sa.UniqueConstraint("edition_id", "hamlet_id"),
    )
    op.create_index("ix_airing_starts_at", "airing", ["starts_at"])
    op.create_index("ix_airing_state_starts_at", "airing", ["state", "starts_at"])


def _records() -> None:
    _table(
        "asrun_event",
        *(_key("device"), _key("epoch", sa.Integer), _key("seq", sa.Integer), _column("at", sa.BigInteger)),
        *(_text("kind"), _text("airing_id"), _text("payload"), _text("prev_hash"), _text("hash")),
    )
    op.create_index(
        "ix_asrun_event_airing_id_device_epoch_seq", "asrun_event", ["airing_id", "device", "epoch", "seq"]
    )
    op.create_index(
        "ix_asrun_event_checkpoint", "asrun_event", ["device"], **_only_where("kind = 'checkpoint'")
    )
    _table(
        "act",
        *(_key("id", sa.Integer), _column("at", sa.BigInteger), _text("by"), _text("act")),
        *(_text("subject"), _text("detail")),
        sqlite_autoincrement=True,
    )
    _table(
        "stop_request",
        *(_key("id", sa.Integer), _column("at", sa.BigInteger), _text("by"), _text("hamlet_ids")),
        _column("handled", sa.Boolean),
        sqlite_autoincrement=True,
    )
    _table(
        "emergency",
        *(_id(), _part_of("slot"), _text("state"), _column("drill", sa.Boolean), _text("title")),
        *(_text("text"), _text("spoken"), _text("by"), _text("reason"), _column("raised_at", sa.BigInteger)),
        *(_column("repeat_s", sa.Integer), _column("until", sa.BigInteger)),
        *(_column("ended_at", sa.BigInteger), _text("changed_by"), _text("replaces")),
        *(_text("siren"), _text("words"), _text("whole"), _text("trouble")),
        *(_text("cap_sender"), _text("cap_identifier"), _text("cap_sent")),
    )
    op.create_index(
        "ix_emergency_cap", "emergency", ["station_id", "cap_sender", "cap_identifier", "cap_sent"]
    )
    _table(
        "alarm",
        *(_key("id", sa.Integer), _column("at", sa.BigInteger), _text("kind"), _text("subject")),
        *(_text("text"), _text("channel"), _text("state"), _column("tries", sa.Integer)),
        *(_column("next_try", sa.BigInteger), _column("sent_at", sa.BigInteger), _text("trouble")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alarm_channel_kind_subject_at", "alarm", ["channel", "kind", "subject", "at"])
    op.create_index("ix_alarm_state_next_try", "alarm", ["state", "next_try"])
    _plan()


def _plan() -> None:
    _table(
        "topic",
        *(_id(), _column("year", sa.Integer), _text("code"), _text("title"), _text("parent")),
        *(sa.Column("times", sa.Integer), sa.Column("minutes", sa.Integer)),
        *(sa.Column("first", _TEXT), sa.Column("last", _TEXT), _column("position", sa.Integer)),
        *(_text("words"), _text("origin"), _column("removed", sa.Boolean)),
        sa.UniqueConstraint("station_id", "year", "code"),
    )
    _table(
        "consent",
        *(_part_of("script", key=True), _key("folded_name"), _text("name")),
        *(_text("by"), _column("at", sa.BigInteger), _text("note")),
    )
    _table(
        "meeting",
        *(_id(), _text("day"), _part_of("hamlet"), _text("hamlet"), _text("chair")),
        *(_column("attendees", sa.Integer), _text("topics"), _text("script_ids")),
        *(_text("by"), _column("at", sa.BigInteger)),
    )
    op.create_index("ix_meeting_day", "meeting", ["day"])
    _table(
        "outreach",
        *(_id(), _text("day"), _text("channel"), _column("count", sa.Integer), _text("hamlet")),
        *(_text("topics"), _text("script_ids"), _text("by"), _column("at", sa.BigInteger)),
    )
    op.create_index("ix_outreach_day", "outreach", ["day"])
    _table("web_post", _part_of("script", key=True), _column("first_at", sa.BigInteger))
    op.create_index("ix_web_post_first_at", "web_post", ["first_at"])
    _contest()
    _hamlet_pcs()


def _hamlet_pcs() -> None:
    _table(
        "device",
        *(_id(), _part_of("hamlet"), _text("public_key"), _text("software")),
        *(_column("enrolled_at", sa.BigInteger), _column("revoked_at", sa.BigInteger)),
        *(_column("last_seen", sa.BigInteger), _text("status")),
    )
    op.create_index("ix_device_hamlet_id", "device", ["hamlet_id"])
    _table(
        "enrolment",
        *(_part_of("hamlet", key=True), _text("secret"), _column("expires_at", sa.BigInteger)),
        *(_column("wrong_tries", sa.Integer), _column("used", sa.Boolean)),
    )
    _table(
        "issued_timetable",
        *(_part_of("hamlet", key=True), _column("version", sa.BigInteger), _text("sha256"), _text("body")),
        _column("issued_at", sa.BigInteger),
    )
    _table(
        "sealed_emergency",
        *(_part_of("emergency", key=True), _part_of("hamlet", key=True), _column("serial", sa.BigInteger)),
        *(_text("sha256"), _text("body")),
    )
    _table(
        "forked_event",
        *(_key("device"), _key("epoch", sa.Integer), _key("seq", sa.Integer), _key("hash")),
        *(_column("at", sa.BigInteger), _text("event")),
    )


def _contest() -> None:
    _table(
        "contest",
        *(_id(), _text("code"), _text("title")),
        sa.Column("announcement_id", _TEXT, sa.ForeignKey("script.id"), nullable=False),
        sa.UniqueConstraint("station_id", "code"),
    )
    _table(
        "contest_question",
        *(_part_of("contest", key=True), _key("number", sa.Integer)),
        sa.Column("question_id", _TEXT, sa.ForeignKey("script.id"), nullable=False),
        sa.Column("answer_id", _TEXT, sa.ForeignKey("script.id"), nullable=False),
    )
    _table(
        "contest_result",
        *(_id(), _part_of("contest"), _text("day"), _column("entries", sa.Integer)),
        *(_text("summary"), _text("by"), _column("at", sa.BigInteger)),
    )


def _table(name: str, *parts: Any, per_station: bool = False, **options: Any) -> None:
    station = sa.Column(
        "station_id", _TEXT, sa.ForeignKey("station.id"), nullable=False, primary_key=per_station
    )
    op.create_table(name, station, *parts, **options)


def _only_where(condition: str) -> dict[str, Any]:
    """Of an index: the rows that it holds."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _column(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _text(name: str) -> sa.Column[Any]:
    return _column(name, _TEXT)


def _key(name: str, kind: Any = _TEXT) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True)


def _id() -> sa.Column[Any]:
    return _key("id")


def _part_of(whole: str, *, key: bool = False) -> sa.Column[Any]:
    return sa.Column(f"{whole}_id", _TEXT, sa.ForeignKey(f"{whole}.id"), nullable=False, primary_key=key)
