"""HTML laid out on A4 pages with a foot on each, for PDF, printer and pictures. Works in any thread that owns the target."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Generator
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QFontDatabase,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextDocument,
)

from engine.cancellation import Progress
from engine.errors import InputError
from engine.reports.markup import pieces

_MARGIN_MM = 13.0
_FOOT_POINTS = 6.5
_FOOT_LINES = 3
# What begins a piece that goes with the next one.
_LEADING = '<p class="h'
_GAP_PIXELS = 8
_LEAST_GAP_PIXELS = 3
_SHARED_PIXELS = 3
_PDF_DPI = 300
_PICTURE_DPI = 110
_A4_MM = (210.0, 297.0)


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands at the foot of each page: the notice and the date; the page number is added."""

    notice: str
    date: str


def text_document(html: str) -> QTextDocument:
    """HTML as Qt's document, in a font that does not depend on the window's size of letters."""
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    font = QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family())
    font.setPointSizeF(9.0)
    document.setDefaultFont(font)
    document.setDocumentMargin(0)
    document.setIndentWidth(18)
    document.setHtml(html)
    return document


def _foot_font() -> QFont:
    font = QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family())
    font.setPointSizeF(_FOOT_POINTS)
    return font


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a piece stands: page, top on it in pixels, and how many pages it goes on for after the first."""

    piece: str
    page: int
    top: float
    more_pages: int


@dataclass(frozen=True, slots=True)
class _Block:
    """A piece with its height and the space above it, in pixels of the device."""

    piece: str
    height: float
    above: float


def _is_heading_alone(piece: str) -> bool:
    return piece.startswith(_LEADING) and not piece.partition("</p>")[2].strip()


def _above_pixels(piece: str, *, is_row: bool) -> int:
    """Space above a piece: rows share the line between them; Qt leaves out the space above the first line of a document."""
    if is_row:
        return -_SHARED_PIXELS
    if piece.startswith(_LEADING):
        return _GAP_PIXELS
    # The rest of a list goes on where the page was not ended.
    return 0 if piece.startswith("<ul>") else _LEAST_GAP_PIXELS


class _Sheets:
    """A document on pages of one size in pixels of its device.

    Pieces are laid out one by one, first to learn where they stand and again to be painted: Qt gives no other thread a turn
    while it lays out, and all the pieces of a long list would not fit the memory.
    """

    def __init__(self, html: str, width: float, height: float, dpi: float, device: QPagedPaintDevice | QImage) -> None:
        self.foot_height = _FOOT_POINTS * (_FOOT_LINES + 1) * 1.3 * dpi / 72
        self.size = QSizeF(width, height - self.foot_height)
        self._device = device
        self._dpi = dpi
        self._head, self._pieces = pieces(html)
        self._on: defaultdict[int, list[_Place]] = defaultdict(list)
        self._page, self._top = 0, 0.0
        self.count = 1

    def _document(self, piece: str) -> QTextDocument:
        document = text_document(self._head + piece + "</body></html>")
        document.documentLayout().setPaintDevice(self._device)
        document.setTextWidth(self.size.width())
        return document

    def _measured(self, piece: str, above_pixels: float) -> _Block:
        height = self._document(piece).size().height()
        return _Block(piece, height, above_pixels * self._dpi / 96)

    def place(self) -> Generator[Progress, None, None]:
        """Learn where each piece stands. A heading goes with what follows it; the head of a table stands on each page."""
        group: list[_Block] = []
        for number, (piece, table_head) in enumerate(self._pieces, start=1):
            bare = _is_heading_alone(piece)
            group.append(self._measured(piece, _above_pixels(piece, is_row=bool(table_head))))
            yield Progress(0, 0)
            if (bare or "</thead>" in piece) and number < len(self._pieces):
                continue
            self._stand(group, table_head)
            group = []

    def _stand(self, group: list[_Block], table_head: str) -> None:
        """Put blocks that belong together below what stands there, or on a new page where they have no room."""
        limit = self.size.height()
        if self._top and self._top + sum(block.above + block.height for block in group) > limit:
            self._page, self._top = self._page + 1, 0.0
            if table_head and len(group) == 1:
                group = [self._measured(table_head, 0.0), *group]
        for block in group:
            top = max(0.0, self._top + block.above) if self._top else 0.0
            if top and top + block.height > limit:
                # Taller than what is left even here: it goes on over the next pages, from the top of a page of its own.
                self._page, top = self._page + 1, 0.0
            more = max(0, math.ceil(block.height / limit) - 1)
            place = _Place(block.piece, self._page, top, more)
            for number in range(self._page, self._page + more + 1):
                self._on[number].append(place)
            self._page, self._top = self._page + more, top + block.height - more * limit
        self.count = self._page + 1

    def paint(self, painter: QPainter, number: int, foot: Foot) -> Generator[Progress, None, None]:
        """Paint page `number` (from 0) with its upper left corner at the painter's origin, a piece a step."""
        for place in self._on[number]:
            painter.save()
            area = QRectF(0, 0, self.size.width(), self.size.height())
            painter.setClipRect(area)
            painter.translate(0, place.top - (number - place.page) * self.size.height())
            document = self._document(place.piece)
            if place.more_pages:
                document.setPageSize(self.size)
            context = QAbstractTextDocumentLayout.PaintContext()
            # Paper is light whatever the window's theme is.
            context.palette = QPalette(Qt.GlobalColor.lightGray)
            context.palette.setColor(QPalette.ColorRole.Text, Qt.GlobalColor.black)
            document.documentLayout().draw(painter, context)
            painter.restore()
            yield Progress(number, self.count)
        self._paint_foot(painter, number, foot)

    def _paint_foot(self, painter: QPainter, number: int, foot: Foot) -> None:
        painter.save()
        painter.setFont(_foot_font())
        painter.setPen(Qt.GlobalColor.black)
        top = self.size.height() + self.foot_height * 0.2
        painter.drawLine(0, int(top), int(self.size.width()), int(top))
        area = QRectF(0, top, self.size.width(), self.foot_height * 0.8)
        page = QCoreApplication.translate("Pages", "Page {page} of {pages}").format(page=number + 1, pages=self.count)
        line = f"{page} · {foot.date}\n{foot.notice}"
        painter.drawText(area, int(Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap), line)
        painter.restore()


def paint_pages(html: str, foot: Foot, device: QPagedPaintDevice) -> Generator[Progress, None, int]:
    """Lay out and paint every page on a PDF writer or printer; returns how many there are.

    Raises:
        InputError: the device cannot be painted on.
    """
    dpi = device.logicalDpiX()
    area = device.pageLayout().paintRectPixels(dpi)
    sheets = _Sheets(html, area.width(), area.height(), dpi, device)
    yield from sheets.place()
    painter = QPainter()
    if not painter.begin(device):
        raise InputError("The pages cannot be drawn: the printer or file refuses them.")
    count = sheets.count
    try:
        for number in range(count):
            if number:
                device.newPage()
            yield from sheets.paint(painter, number, foot)
            yield Progress(number + 1, count)
    finally:
        painter.end()
    return count


def a4() -> QPageLayout:
    """A4 upright with the margins of every export."""
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    return QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter)


def pdf_bytes(html: str, foot: Foot, title: str) -> Generator[Progress, None, bytes]:
    """A PDF of the HTML on A4, page by page."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_PDF_DPI)
    writer.setPageLayout(a4())
    writer.setTitle(title)
    writer.setCreator("Coprescribe")
    yield from paint_pages(html, foot, writer)
    # The writer ends the file when it goes.
    del writer
    buffer.close()
    return bytes(buffer.data().data())


def page_images(html: str, foot: Foot | None = None) -> list[QImage]:
    """Pictures of the pages as they are printed, for looking at."""
    # Laid out at the PDF's resolution, so that the pictures have the PDF's pages.
    per_mm = _PDF_DPI / 25.4
    device = QImage(1, 1, QImage.Format.Format_RGB32)
    device.setDotsPerMeterX(round(per_mm * 1000))
    device.setDotsPerMeterY(round(per_mm * 1000))
    width, height = (side * per_mm - 2 * _MARGIN_MM * per_mm for side in _A4_MM)
    sheets = _Sheets(html, int(width), int(height), _PDF_DPI, device)
    for _step in sheets.place():
        pass
    scale = _PICTURE_DPI / _PDF_DPI
    images = []
    for number in range(sheets.count):
        image = QImage(int(_A4_MM[0] * per_mm * scale), int(_A4_MM[1] * per_mm * scale), QImage.Format.Format_RGB32)
        image.setDotsPerMeterX(device.dotsPerMeterX())
        image.setDotsPerMeterY(device.dotsPerMeterY())
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.scale(scale, scale)
        painter.translate(_MARGIN_MM * per_mm, _MARGIN_MM * per_mm)
        for _step in sheets.paint(painter, number, foot or Foot("", "")):
            pass
        painter.end()
        images.append(image)
    return images
