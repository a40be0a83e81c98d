"""A station folder, opened: the only place that chooses concrete parts."""

from broadcaster.station.station import LEXICON, Station

__all__ = ["LEXICON", "Station"]
