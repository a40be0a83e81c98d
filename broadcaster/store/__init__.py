"""schedules.db: tables, migrations, and the Store that the other stops' protocols are made of."""

from broadcaster.store.chain import Chain
from broadcaster.store.store import Store

__all__ = ["Chain", "Store"]
