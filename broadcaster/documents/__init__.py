"""Written files → the words to read aloud, and what was left out and why.

`load(path)` takes .txt, .md, .docx, .odt and .pdf; `parse(text, name)` takes text that is decoded already.
"""

from broadcaster.documents.document import Document, Kind, LeftOut, Passage
from broadcaster.documents.encoding import ENCODINGS
from broadcaster.documents.load import SUFFIXES, load
from broadcaster.documents.parse import parse

__all__ = ["ENCODINGS", "SUFFIXES", "Document", "Kind", "LeftOut", "Passage", "load", "parse"]
