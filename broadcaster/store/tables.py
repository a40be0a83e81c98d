"""The tables of schedules.db, as the newest migration leaves them.

Every table carries `station_id`, filled in on insert; a SQLite file holds one station. Nothing is nullable in
`edition` and `airing`: an empty text means "none", the instant 0 (`columns.NEVER`) means "not yet". Choices
are plain text without CHECK, so that a new one needs no rebuilt table. The append-only triggers and the view
`outcome` stand in the migration alone.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TextClause,
    UniqueConstraint,
    column,
    table,
    text,
)
from sqlalchemy.types import TypeEngine

from broadcaster.desk.outreach import Channel
from broadcaster.desk.ports import EditionState
from broadcaster.desk.script import ScriptKind, ScriptState
from broadcaster.playout.airing import AiringState, Outcome
from broadcaster.store.columns import Band, Cues, Day, Hours, Instant, Strings, TimeOfDay, Weekdays, one_of
from broadcaster.timetable.slot import Interrupted, Plays, Priority, SlotKind

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _bound_station(context: Any) -> str:
    return str(context.execution_options["station_id"])


def _table(
    name: str, *parts: Column[Any] | UniqueConstraint | Index, per_station: bool = False, **options: Any
) -> Table:
    """`per_station`: its key is unique within one station only."""
    bound = Column(
        "station_id",
        Text,
        ForeignKey("station.id"),
        nullable=False,
        primary_key=per_station,
        default=_bound_station,
    )
    return Table(name, metadata, bound, *parts, **options)


def _has(name: str, kind: type[TypeEngine[Any]] | TypeEngine[Any] = Text) -> Column[Any]:
    return Column(name, kind, nullable=False)


def _may_have(name: str, kind: type[TypeEngine[Any]] | TypeEngine[Any]) -> Column[Any]:
    return Column(name, kind)


def _id() -> Column[Any]:
    return Column("id", Text, primary_key=True)


def _part_of(whole: str, *, key: bool = False) -> Column[Any]:
    return Column(f"{whole}_id", Text, ForeignKey(f"{whole}.id"), nullable=False, primary_key=key)


def _only_where(condition: TextClause) -> dict[str, Any]:
    """Of an index: the rows that it holds."""
    return {"sqlite_where": condition, "postgresql_where": condition}


SPANNING = text('("first" IS NULL OR "last" IS NULL OR "first" <> "last")')
"""Of a slot: it has more than one day. As every condition of an index, a query must spell it like this."""
IN_TIMETABLE = text("NOT removed AND kind = 'programme'")
station = Table(
    "station",
    metadata,
    *(_id(), _has("device_id"), _has("epoch", Integer), _has("created_at", Instant)),
    _has("changes", Integer),
)
"""`changes` counts the transactions that changed anything but the player's own ledger."""
setting = _table("setting", Column("name", Text, primary_key=True), _has("value"), per_station=True)
person = _table(
    "person",
    _id(),
    _has("name"),
    _has("folded_name"),
    _has("role"),
    UniqueConstraint("station_id", "folded_name"),
)
hamlet = _table(
    "hamlet",
    *(_id(), _has("code"), _has("name"), _has("kind"), _has("output"), _has("gain_trim", Float)),
    *(
        _may_have("band_hz", Band),
        _may_have("quiet_hours", Hours),
        _may_have("minutes_per_day", Integer),
        _has("sensitive", Boolean),
    ),
    *(_has("overlap_group"), _has("retired", Boolean)),
    Index("ix_hamlet_code_in_service", "station_id", "code", unique=True, **_only_where(text("NOT retired"))),
)
script = _table(
    "script",
    *(
        _id(),
        _has("code"),
        _has("title"),
        _has("kind", one_of(ScriptKind)),
        _has("state", one_of(ScriptState)),
    ),
    *(_has("text"), _has("spoken"), _has("text_sha256"), _has("reading_sha256")),
    *(_has("source"), _has("source_sha256"), _has("author"), _may_have("created_at", Instant)),
    *(_has("approved_by"), _may_have("approved_at", Instant), _has("self_approved", Boolean)),
    *(_may_have("expires", Day), _may_have("not_before", Day), _has("topics", Strings)),
    *(_has("names", Strings), _has("not_names", Strings), _has("first_approved_by")),
    *(_has("marks", Strings), _has("words"), _has("recording"), _has("added_at", Instant)),
    UniqueConstraint("station_id", "code"),
)
slot = _table(
    "slot",
    *(_id(), _has("code"), _has("name"), _has("at", TimeOfDay), _has("weekdays", Weekdays)),
    *(_may_have("first", Day), _may_have("last", Day), _has("day_rule"), _has("profiles", Strings)),
    *(_has("replaces", Strings), _has("plays", one_of(Plays)), _has("ref")),
    *(_has("max_items", Integer), _has("kind", one_of(SlotKind)), _has("priority", one_of(Priority))),
    *(_has("lateness_s", Integer), _has("interrupted", one_of(Interrupted)), _has("form")),
    *(_has("length_s", Integer), _has("removed", Boolean)),
    Index(
        "ix_slot_code_in_timetable",
        "station_id",
        "code",
        unique=True,
        **_only_where(IN_TIMETABLE),
    ),
    Index(None, "first"),
    Index("ix_slot_spanning", "removed", **_only_where(SPANNING)),
)
"""Slots of one day are found by that day, all others are few."""
slot_hamlet = _table(
    "slot_hamlet", _part_of("slot", key=True), _part_of("hamlet", key=True), _has("position", Integer)
)
slot_script = _table(
    "slot_script", _part_of("slot", key=True), _part_of("script", key=True), _has("position", Integer)
)
slot_skip = _table("slot_skip", _part_of("slot", key=True), Column("day", Day, primary_key=True))
profile = _table(
    "profile",
    *(_id(), _has("code"), _has("name"), _has("music", Boolean), _has("ordinary", Boolean)),
    *(_may_have("quiet_hours", Hours), UniqueConstraint("station_id", "code")),
)
profile_day = _table(
    "profile_day", Column("day", Day, primary_key=True), _part_of("profile"), per_station=True
)
queue_entry = _table(
    "queue_entry",
    *(_id(), _part_of("slot"), _part_of("script"), _has("position", Integer), _has("owed", Integer)),
    UniqueConstraint("slot_id", "script_id"),
)
bulletin = _table(
    "bulletin",
    *(Column("sha256", Text, primary_key=True), _has("file_name"), _has("length", Integer), _has("voice")),
    *(_has("recipe"), _has("loudness", Float), _has("true_peak", Float), _has("cues", Cues)),
    *(_has("why_this_voice"), _has("title"), _has("made_at", Instant), _has("deleted", Boolean)),
    Index(None, "recipe"),
    per_station=True,
)
edition = _table(
    "edition",
    *(_id(), _part_of("slot"), _has("starts_at", Instant), _has("state", one_of(EditionState))),
    *(_has("has_scripts", Boolean), _has("title"), _has("bulletin"), _has("until", Instant)),
    UniqueConstraint("slot_id", "starts_at"),
    Index(None, "starts_at"),
    Index(None, "bulletin"),
)
edition_script = _table(
    "edition_script",
    *(_part_of("edition", key=True), Column("position", Integer, primary_key=True), _part_of("script")),
)
edition_fallback = _table(
    "edition_fallback",
    *(_part_of("edition", key=True), Column("position", Integer, primary_key=True), _has("bulletin")),
    *(_has("why"), _has("until", Instant)),
)
airing = _table(
    "airing",
    *(_id(), _part_of("edition"), _part_of("hamlet"), _has("hamlet_code"), _has("hamlet_name")),
    *(_has("starts_at", Instant), _has("state", one_of(AiringState)), _has("claimed_at", Instant)),
    *(_has("started_at", Instant), _has("sounded_to", Integer), _has("lost", Integer), _has("continues")),
    *(_has("bulletin"), _has("instead"), _has("told_by")),
    UniqueConstraint("edition_id", "hamlet_id"),
    Index(None, "state", "starts_at"),
    Index(None, "starts_at"),
)
"""`told_by`: the hamlet PC whose word on its end counts; empty: this computer's own."""
asrun_event = _table(
    "asrun_event",
    *(Column("device", Text, primary_key=True), Column("epoch", Integer, primary_key=True)),
    *(Column("seq", Integer, primary_key=True), _has("at", Instant), _has("kind")),
    # No foreign key: a hamlet PC may report an airing that a restored database no longer knows.
    *(_has("airing_id"), _has("payload"), _has("prev_hash"), _has("hash")),
    Index(None, "airing_id", "device", "epoch", "seq"),
    Index("ix_asrun_event_checkpoint", "device", **_only_where(text("kind = 'checkpoint'"))),
)
act = _table(
    "act",
    *(Column("id", Integer, primary_key=True), _has("at", Instant), _has("by"), _has("act")),
    *(_has("subject"), _has("detail")),
    sqlite_autoincrement=True,
)
stop_request = _table(
    "stop_request",
    *(Column("id", Integer, primary_key=True), _has("at", Instant), _has("by")),
    *(_has("hamlet_ids", Strings), _has("handled", Boolean)),
    sqlite_autoincrement=True,
)

emergency = _table(
    "emergency",
    *(_id(), _part_of("slot"), _has("state"), _has("drill", Boolean), _has("title"), _has("text")),
    *(_has("spoken"), _has("by"), _has("reason"), _has("raised_at", Instant), _has("repeat_s", Integer)),
    *(_has("until", Instant), _has("ended_at", Instant), _has("changed_by"), _has("replaces")),
    *(_has("siren"), _has("words"), _has("whole"), _has("trouble")),
    *(_has("cap_sender"), _has("cap_identifier"), _has("cap_sent")),
    Index("ix_emergency_cap", "station_id", "cap_sender", "cap_identifier", "cap_sent"),
)
alarm = _table(
    "alarm",
    *(Column("id", Integer, primary_key=True), _has("at", Instant), _has("kind"), _has("subject")),
    *(_has("text"), _has("channel"), _has("state"), _has("tries", Integer), _has("next_try", Instant)),
    *(_has("sent_at", Instant), _has("trouble")),
    Index(None, "channel", "kind", "subject", "at"),
    Index(None, "state", "next_try"),
    sqlite_autoincrement=True,
)
"""What the operator is to be told, once for each channel; kept as the record of what was told."""
topic = _table(
    "topic",
    *(_id(), _has("year", Integer), _has("code"), _has("title"), _has("parent")),
    *(_may_have("times", Integer), _may_have("minutes", Integer), _may_have("first", Day)),
    *(_may_have("last", Day), _has("position", Integer), _has("words"), _has("origin")),
    _has("removed", Boolean),
    UniqueConstraint("station_id", "year", "code"),
)
consent = _table(
    "consent",
    *(_part_of("script", key=True), Column("folded_name", Text, primary_key=True), _has("name")),
    *(_has("by"), _has("at", Instant), _has("note")),
)
meeting = _table(
    "meeting",
    *(_id(), _has("day", Day), _part_of("hamlet"), _has("hamlet"), _has("chair")),
    *(_has("attendees", Integer), _has("topics", Strings), _has("script_ids", Strings)),
    *(_has("by"), _has("at", Instant)),
    Index(None, "day"),
)
outreach = _table(
    "outreach",
    *(_id(), _has("day", Day), _has("channel", one_of(Channel)), _has("count", Integer), _has("hamlet")),
    *(_has("topics", Strings), _has("script_ids", Strings), _has("by"), _has("at", Instant)),
    Index(None, "day"),
)
web_post = _table(
    "web_post",
    *(_part_of("script", key=True), _has("first_at", Instant)),
    Index(None, "first_at"),
)
"""Scripts that have stood on the web page."""
contest = _table(
    "contest",
    *(_id(), _has("code"), _has("title")),
    Column("announcement_id", Text, ForeignKey("script.id"), nullable=False),
    UniqueConstraint("station_id", "code"),
)
contest_question = _table(
    "contest_question",
    *(_part_of("contest", key=True), Column("number", Integer, primary_key=True)),
    Column("question_id", Text, ForeignKey("script.id"), nullable=False),
    Column("answer_id", Text, ForeignKey("script.id"), nullable=False),
)
contest_result = _table(
    "contest_result",
    *(_id(), _part_of("contest"), _has("day", Day), _has("entries", Integer), _has("summary")),
    *(_has("by"), _has("at", Instant)),
)
device = _table(
    "device",
    *(_id(), _part_of("hamlet"), _has("public_key"), _has("software"), _has("enrolled_at", Instant)),
    *(_has("revoked_at", Instant), _has("last_seen", Instant), _has("status")),
    Index(None, "hamlet_id"),
)
enrolment = _table(
    "enrolment",
    *(_part_of("hamlet", key=True), _has("secret"), _has("expires_at", Instant)),
    *(_has("wrong_tries", Integer), _has("used", Boolean)),
)
"""The newest code of each hamlet; its secret is empty once it has ended."""
issued_timetable = _table(
    "issued_timetable",
    *(_part_of("hamlet", key=True), _has("version", BigInteger), _has("sha256"), _has("body")),
    _has("issued_at", Instant),
)
"""The newest timetable of each hamlet, sealed; `sha256` is that of what stands in it."""
sealed_emergency = _table(
    "sealed_emergency",
    *(_part_of("emergency", key=True), _part_of("hamlet", key=True), _has("serial", BigInteger)),
    *(_has("sha256"), _has("body")),
)
forked_event = _table(
    "forked_event",
    *(Column("device", Text, primary_key=True), Column("epoch", Integer, primary_key=True)),
    *(Column("seq", Integer, primary_key=True), Column("hash", Text, primary_key=True)),
    *(_has("at", Instant), _has("event")),
)
"""What a hamlet PC told against what it had told before."""

outcome = table(
    "outcome",
    *(column("airing_id", Text), column("hamlet", Text), column("hamlet_name", Text), column("slot", Text)),
    *(column("title", Text), column("kind", one_of(SlotKind)), column("starts_at", Instant())),
    *(column("outcome", one_of(Outcome)), column("reason", Text), column("started_at", Instant())),
    *(column("seconds_played", Float), column("seconds_planned", Float)),
    *(column("voice", Text), column("bulletin", Text)),
)
"""A view: the last `ended` event of each airing that was not restored after it, of whose word counts."""
