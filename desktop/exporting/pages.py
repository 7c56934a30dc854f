"""HTML laid out on A4 pages with a foot on each, for PDF, printer and pictures. Works in any thread that owns the target."""

from __future__ import annotations

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
from engine.reports.markup import for_paper

_MARGIN_MM = 13.0
_FOOT_POINTS = 6.5
_FOOT_LINES = 3
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
    document.setHtml(for_paper(html))
    return document


def _foot_font() -> QFont:
    font = QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family())
    font.setPointSizeF(_FOOT_POINTS)
    return font


class _Sheets:
    """A document on pages of one size in pixels of its device."""

    def __init__(self, html: str, width: float, height: float, dpi: float, device: QPagedPaintDevice | QImage) -> None:
        self.foot_height = _FOOT_POINTS * (_FOOT_LINES + 1) * 1.3 * dpi / 72
        self.size = QSizeF(width, height - self.foot_height)
        self.document = text_document(html)
        self.document.documentLayout().setPaintDevice(device)
        self.document.setPageSize(self.size)
        self.count = self.document.pageCount()

    def paint(self, painter: QPainter, number: int, foot: Foot) -> None:
        """Paint page `number` (from 0) with its upper left corner at the painter's origin."""
        painter.save()
        height = self.size.height()
        painter.translate(0, -number * height)
        context = QAbstractTextDocumentLayout.PaintContext()
        area = QRectF(0, number * height, self.size.width(), height)
        painter.setClipRect(area)
        context.clip = area
        # Paper is light whatever the window's theme is.
        context.palette = QPalette(Qt.GlobalColor.lightGray)
        context.palette.setColor(QPalette.ColorRole.Text, Qt.GlobalColor.black)
        self.document.documentLayout().draw(painter, context)
        painter.restore()
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
    layout = device.pageLayout()
    dpi = device.logicalDpiX()
    area = layout.paintRectPixels(dpi)
    yield Progress(0, 0)
    sheets = _Sheets(html, area.width(), area.height(), dpi, device)
    painter = QPainter()
    if not painter.begin(device):
        raise InputError("The pages cannot be drawn: the printer or file refuses them.")
    try:
        for number in range(sheets.count):
            if number:
                device.newPage()
            sheets.paint(painter, number, foot)
            yield Progress(number + 1, sheets.count)
    finally:
        painter.end()
    return sheets.count


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
        sheets.paint(painter, number, foot or Foot("", ""))
        painter.end()
        images.append(image)
    return images
