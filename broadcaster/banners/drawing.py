"""A banner as files: a PDF for the print shop, and a PNG of what hangs in the end."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import font_source_sans_pro
import pypdfium2
from reportlab.lib.colors import CMYKColor
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from broadcaster.audio import replacing
from broadcaster.banners.lines import ABOVE, BELOW, CAP_HEIGHT, LEADING, Setting, fitted
from broadcaster.banners.sheet import Sheet
from broadcaster.errors import DeskError, StationError
from broadcaster.language import _

_FONT = "SourceSansPro-Bold"
_FONT_FILE = Path(font_source_sans_pro.font_directory) / f"{_FONT}.ttf"
_GROUND, _LETTERS = CMYKColor(0, 1, 1, 0.05), CMYKColor(0, 0.05, 1, 0)
_INK = CMYKColor(0, 0, 0, 1)
_MARK_MM, _MARK_GAP_MM = 6.0, 3.0
_NOTE_PT = 6.0
_DPI, _MOST_PIXELS = 150, 6_000
_MOST_SYLLABLES = 60


def capitals(text: str) -> str:
    """The slogan as banners have it: in capitals, without the full stop at its end."""
    words = " ".join(unicodedata.normalize("NFC", text).split()).upper()
    return words[:-1] if words.endswith(".") and not words.endswith("..") else words


def write_banner(text: str, sheet: Sheet, note: str, folder: Path, name: str) -> tuple[Path, Path]:
    """`text` on the sheet as NAME.pdf and NAME.png in `folder`, each whole or not at all; the two files.

    The PDF has the banner's real size (its scale aside) as its trim box, with bleed and crop marks around it,
    and `note` beside them for the printer. DeskError: it has no words, more than 60 syllables, or a letter
    that the font lacks; StationError: the folder cannot be written.
    """
    _require_possible(text, name)
    pdf, png = folder / f"{name}.pdf", folder / f"{name}.png"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with replacing(pdf) as part:
            _draw(capitals(text), sheet, note, part)
            with replacing(png, ".part.png") as picture:
                _photograph(part, sheet, picture)
    except OSError as error:
        raise StationError(
            _("The file cannot be written"), f"{folder}: {error.strerror}", _("Choose another folder with -o")
        ) from error
    return pdf, png


def set_type(text: str, sheet: Sheet) -> Setting:
    """Its lines and the size of its letters, in millimetres of the banner."""
    registerFont(TTFont(_FONT, str(_FONT_FILE)))
    beside, above = sheet.margins
    width, height = sheet.width - 2 * beside, sheet.height - 2 * above
    return fitted(text, width, height, lambda words: float(stringWidth(words, _FONT, 1)))


def _require_possible(text: str, name: str) -> None:
    words = capitals(text).split()
    if not words:
        raise DeskError(_("There is nothing to print on it"), name)
    if len(words) > _MOST_SYLLABLES:
        raise DeskError(
            _("This is too long for a banner"),
            _("{name}: {n} syllables").format(name=name, n=len(words)),
            _("Make a slogan of at most {most} syllables").format(most=_MOST_SYLLABLES),
        )
    known = TTFont(_FONT, str(_FONT_FILE)).face.charToGlyph
    if missing := sorted({letter for word in words for letter in word if ord(letter) not in known}):
        raise DeskError(_("The font of banners lacks some letters"), f"{name}: {' '.join(missing)}")


def _draw(text: str, sheet: Sheet, note: str, path: Path) -> None:
    page = tuple(side * mm for side in sheet.page)
    setting = set_type(text, sheet)
    canvas = Canvas(str(path), pagesize=page, pageCompression=1, invariant=1, initialFontName=_FONT)
    canvas.setTitle(text)
    canvas.setAuthor("broadcaster")
    frame, bleed = sheet.page_frame * mm, sheet.bleed * mm / sheet.scale
    trim = (frame, frame, page[0] - frame, page[1] - frame)
    canvas.setTrimBox(trim)
    outer = (trim[0] - bleed, trim[1] - bleed, trim[2] + bleed, trim[3] + bleed)
    canvas.setBleedBox(outer)
    canvas.setFillColor(_GROUND)
    canvas.rect(outer[0], outer[1], outer[2] - outer[0], outer[3] - outer[1], stroke=0, fill=1)
    _write_lines(canvas, setting, sheet)
    _crop_marks(canvas, trim, bleed)
    canvas.setFillColor(_INK)
    canvas.setFont(_FONT, _NOTE_PT)
    canvas.drawString(trim[0] + 4 * mm, trim[1] - bleed - (_MARK_GAP_MM + 2) * mm, note)
    canvas.save()


def _write_lines(canvas: Any, setting: Setting, sheet: Sheet) -> None:
    """In the middle of the sheet; the marks of the first line and the dots of the last count as letters."""
    size, unit = setting.size, mm / sheet.scale
    count = len(setting.lines)
    tall = size * (CAP_HEIGHT + ABOVE + BELOW + LEADING * (count - 1))
    middle, first = sheet.page[0] * mm / 2, (sheet.height + tall) / 2 - size * (ABOVE + CAP_HEIGHT)
    canvas.setFillColor(_LETTERS)
    canvas.setFont(_FONT, size * unit)
    for number, line in enumerate(setting.lines):
        height = (first - number * LEADING * size) * unit + sheet.page_frame * mm
        canvas.drawCentredString(middle, height, line)


def _crop_marks(canvas: Any, trim: tuple[float, ...], bleed: float) -> None:
    canvas.setStrokeColor(_INK)
    canvas.setLineWidth(0.3)
    canvas.lines([*_marks(trim, bleed)])


def _marks(trim: tuple[float, ...], bleed: float) -> Iterator[tuple[float, float, float, float]]:
    """Two at each corner, in line with its edges, outside the bleed."""
    near = bleed + _MARK_GAP_MM * mm
    far = near + _MARK_MM * mm
    left, low, right, high = trim
    for x, out in ((left, -1), (right, 1)):
        for y, up in ((low, -1), (high, 1)):
            yield x + out * near, y, x + out * far, y
            yield x, y + up * near, x, y + up * far


def _photograph(pdf: Path, sheet: Sheet, path: Path) -> None:
    """What is inside the trim box, at 150 dots an inch of the file or as many as a picture may have."""
    frame = sheet.page_frame * mm
    longest = sheet.width * mm / sheet.scale
    dpi = min(_DPI, 72 * _MOST_PIXELS / longest)
    document = pypdfium2.PdfDocument(pdf)
    try:
        bitmap = document[0].render(scale=dpi / 72, crop=(frame,) * 4)
        bitmap.to_pil().save(path, dpi=(dpi, dpi), optimize=True)
    finally:
        document.close()
