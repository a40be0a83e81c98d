"""`broadcaster person`: who writes, approves and cancels."""

from __future__ import annotations

import uuid

import click

from broadcaster.cli.common import as_json, show, with_station
from broadcaster.desk.script import Person
from broadcaster.errors import DeskError
from broadcaster.language import _
from broadcaster.station import Station


@click.group("person")
def command() -> None:
    """The people of the station."""


@command.command("add")
@click.argument("name")
@click.option("--role", default="", help="Their post, as shown in reports.")
@with_station
def add(station: Station, name: str, role: str) -> None:
    """Register a person by NAME."""
    name = " ".join(name.split())
    if not name:
        raise DeskError(_("A person needs a name"), todo=_('Write it like: person add "Nguyễn Thị Lan"'))
    person = Person(id=uuid.uuid4().hex, name=name, role=role)
    station.store.add_person(person, by=person.name, now=station.clock.now())
    click.echo(_("{name} is registered").format(name=person.name))


@command.command("list")
@as_json
@with_station
def list_(station: Station, as_json: bool) -> None:
    """List the people."""
    rows = [{"name": person.name, "role": person.role} for person in station.store.people()]
    show(rows, {"name": _("Name"), "role": _("Role")}, json_wanted=as_json)
