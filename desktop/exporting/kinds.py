"""What can be exported, and in which file format."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QCoreApplication


class Content(Enum):
    """What goes out."""

    SHORT = "record, short"
    FULL = "record, full"
    SHEET = "sheet for the patient"
    TABLE = "table"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class ExportKind:
    """A content with its format; the format is the file's ending without the dot."""

    content: Content
    suffix: str


KINDS: tuple[ExportKind, ...] = (
    *(ExportKind(content, suffix) for content in (Content.SHORT, Content.FULL, Content.SHEET) for suffix in ("pdf", "html")),
    ExportKind(Content.TABLE, "csv"),
    ExportKind(Content.DATA, "json"),
)


def formats_of(content: Content) -> tuple[ExportKind, ...]:
    """The kinds of one content, the usual one first."""
    return tuple(kind for kind in KINDS if kind.content is content)


def content_words(content: Content) -> str:
    """A content in words."""
    translate = QCoreApplication.translate
    return {
        Content.SHORT: translate("Exporting", "Record, short"),
        Content.FULL: translate("Exporting", "Record, full"),
        Content.SHEET: translate("Exporting", "Patient's sheet"),
        Content.TABLE: translate("Exporting", "Table"),
        Content.DATA: translate("Exporting", "Data"),
    }[content]


def format_words(kind: ExportKind) -> str:
    """A format in words."""
    translate = QCoreApplication.translate
    return {
        "pdf": translate("Exporting", "PDF"),
        "html": translate("Exporting", "HTML, one file"),
        "csv": translate("Exporting", "CSV"),
        "json": translate("Exporting", "JSON"),
    }[kind.suffix]
