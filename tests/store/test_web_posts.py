"""What has stood on the web page."""

from __future__ import annotations

from datetime import timedelta

from broadcaster.store import Store
from tests.contracts.desk_store import NOW, furnish

HOUR = timedelta(hours=1)


def test_the_first_time_is_kept_and_nothing_is_written_for_what_is_known(store: Store) -> None:
    furnish(store, "mot", "hai")
    store.note_published(["id-mot"], NOW)
    store.note_published(["id-mot", "id-hai"], NOW + HOUR)
    version = store.version()

    store.note_published(["id-hai", "id-mot"], NOW + 2 * HOUR)
    store.note_published([], NOW + 2 * HOUR)

    assert store.version() == version
    assert store.published(NOW, NOW + HOUR) == {"id-mot": NOW}
    assert store.published(NOW + HOUR, NOW + 3 * HOUR) == {"id-hai": NOW + HOUR}
