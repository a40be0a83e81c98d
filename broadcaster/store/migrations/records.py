"""SQL of the first schema that SQLAlchemy has no words for: what only grows, and the view `outcome`."""

from __future__ import annotations

_GROWING = {
    "asrun_event": "device = new.device AND epoch = new.epoch AND seq = new.seq",
    "act": "id = new.id",
}
_TYPES = {"starts_at": "bigint", "started_at": "bigint"} | dict.fromkeys(
    ("seconds_played", "seconds_planned"), "double precision"
)


def outcome(dialect: str) -> str:
    """A view: the last `ended` event of each airing that was not restored after it, of whose word counts: our
    own, unless `airing.told_by` names a hamlet PC. Where and when that was is ours to say."""
    names = (
        *("slot", "title", "kind", "outcome", "reason", "started_at"),
        *("seconds_played", "seconds_planned", "voice", "bulletin"),
    )
    columns = ",\n".join(f"{_field(dialect, 'ended.payload', name)} AS {name}" for name in names)
    labels = ",\n".join(
        f"CASE WHEN airing.told_by = '' THEN {_field(dialect, 'ended.payload', name)}"
        f" ELSE airing.{column} END AS {name}"
        for name, column in (
            ("hamlet", "hamlet_code"),
            ("hamlet_name", "hamlet_name"),
            ("starts_at", "starts_at"),
        )
    )
    return f"""
CREATE VIEW outcome AS
SELECT ended.station_id, ended.device, ended.airing_id,
{labels},
{columns}
FROM asrun_event AS ended
JOIN airing ON airing.id = ended.airing_id
WHERE ended.kind = 'ended'
AND (
    airing.told_by = ended.device
    OR airing.told_by = '' AND NOT EXISTS (SELECT 1 FROM device WHERE device.id = ended.device)
)
AND NOT EXISTS (
    SELECT 1 FROM asrun_event AS later
    WHERE later.airing_id = ended.airing_id
    AND later.device = ended.device
    AND later.kind IN ('ended', 'restored')
    AND (later.epoch, later.seq) > (ended.epoch, ended.seq)
)
"""  # noqa: S608


def append_only(dialect: str) -> list[str]:
    """Triggers that let rows be added to the records, and taken out only if a checkpoint vouches for them."""
    vouched = f"""EXISTS (
    SELECT 1 FROM asrun_event AS later
    WHERE later.device = old.device AND later.kind = 'checkpoint' AND later.seq > old.seq
    AND {_field(dialect, "later.payload", "through", "bigint")} >= old.seq
)"""  # noqa: S608
    if dialect == "postgresql":
        return _on_postgresql(vouched)
    return [_on_sqlite(table, what, vouched) for table in _GROWING for what in ("UPDATE", "DELETE", "INSERT")]


def _on_sqlite(table: str, what: str, vouched: str) -> str:
    # The insert trigger is for INSERT OR REPLACE, which deletes rows without asking the delete trigger unless
    # a connection has recursive_triggers on.
    when = {
        "UPDATE": "",
        "DELETE": f"WHEN NOT {vouched}" if table == "asrun_event" else "",
        "INSERT": f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {_GROWING[table]})",  # noqa: S608
    }[what]
    return f"""
CREATE TRIGGER {table}_no_{what} BEFORE {what} ON {table} {when}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""


def _on_postgresql(vouched: str) -> list[str]:
    return [
        f"""
CREATE FUNCTION is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'asrun_event' THEN
        IF {vouched} THEN RETURN old; END IF;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$
""",
        *(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION is_append_only()"
            for table in _GROWING
        ),
        *(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION is_append_only()"
            for table in _GROWING
        ),
    ]


def _field(dialect: str, payload: str, name: str, kind: str = "") -> str:
    """Of a JSON text."""
    if dialect == "postgresql":
        kind = kind or _TYPES.get(name, "text")
        return f"CAST(CAST({payload} AS json) ->> '{name}' AS {kind})"
    return f"json_extract({payload}, '$.{name}')"
