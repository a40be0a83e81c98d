"""Written Vietnamese administrative text → the words a newsreader says, with the origin of every change.

>>> from broadcaster.reading import Lexicon, read
>>> read("UBND xã họp lúc 7h30 ngày 05/9/2026.", Lexicon.load()).spoken
'Ủy ban nhân dân xã họp lúc bảy giờ ba mươi ngày mùng năm tháng chín năm hai nghìn không trăm hai mươi sáu.'
"""

from broadcaster.reading.lexicons import Lexicon, front_matter_rows
from broadcaster.reading.pipeline import VERSION, read
from broadcaster.reading.reading import Certainty, Reading, Span
from broadcaster.reading.rows import Entry, Fault
from broadcaster.reading.style import Style

__all__ = [
    "VERSION",
    "Certainty",
    "Entry",
    "Fault",
    "Lexicon",
    "Reading",
    "Span",
    "Style",
    "front_matter_rows",
    "read",
]
