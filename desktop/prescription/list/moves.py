"""Edits of whole lines. Each is one step for undo. Lines are counted from 0 here."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import QPlainTextEdit


def lines_of(document: QTextDocument, first: int, last: int) -> list[str]:
    """Texts of the lines `first` to `last`."""
    return [document.findBlockByNumber(number).text() for number in range(first, last + 1)]


def rewrite(document: QTextDocument, first: int, last: int, texts: list[str]) -> None:
    """Put other texts in the place of the lines `first` to `last`."""
    below = document.findBlockByNumber(last)
    cursor = QTextCursor(document.findBlockByNumber(first))
    cursor.beginEditBlock()
    cursor.setPosition(below.position() + below.length() - 1, QTextCursor.MoveMode.KeepAnchor)
    cursor.insertText("\n".join(texts))
    cursor.endEditBlock()


def replace_span(document: QTextDocument, line: int, start: int, end: int, text: str) -> None:
    """Put another text in the place of a part of a line (offsets into its text)."""
    place = document.findBlockByNumber(line).position()
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    cursor.setPosition(place + start)
    cursor.setPosition(place + end, QTextCursor.MoveMode.KeepAnchor)
    cursor.insertText(text)
    cursor.endEditBlock()


def chosen_lines(cursor: QTextCursor) -> tuple[int, int]:
    """First and last line that a selection touches; a last line in which nothing is selected is left out."""
    document = cursor.document()
    first = document.findBlock(cursor.selectionStart()).blockNumber()
    end = document.findBlock(cursor.selectionEnd())
    last = end.blockNumber()
    if last > first and end.position() == cursor.selectionEnd():
        last -= 1
    return first, last


def move_lines(editor: QPlainTextEdit, first: int, last: int, before: int) -> bool:
    """Move the lines `first` to `last` to stand before line `before` (or at the end); they stay under the cursor.

    Whether anything moved.
    """
    document = editor.document()
    before = max(0, min(before, document.blockCount()))
    if first <= before <= last + 1:
        return False
    low, high = min(first, before), max(last, before - 1)
    texts = lines_of(document, low, high)
    moved = texts[first - low : last - low + 1]
    rest = texts[: first - low] + texts[last - low + 1 :]
    up = before < first
    rewrite(document, low, high, moved + rest if up else rest + moved)
    begin = low if up else high - (last - first)
    cursor = QTextCursor(document.findBlockByNumber(begin))
    if last > first:
        cursor.movePosition(QTextCursor.MoveOperation.NextBlock, QTextCursor.MoveMode.KeepAnchor, last - first)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)
    return True
