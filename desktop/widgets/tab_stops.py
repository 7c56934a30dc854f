"""What Tab comes to: a page goes through its parts as they are read, where Qt's own chain ends with what was made last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def tab_stops(part: QWidget) -> Iterator[QWidget]:
    """What Tab comes to inside a part, in its own order."""
    widget = part.nextInFocusChain()
    while widget is not None and widget is not part:
        takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
        if takes and part.isAncestorOf(widget) and widget.isVisible() and widget.isEnabled():
            yield widget
        widget = widget.nextInFocusChain()


def go_to_next_stop(page: QWidget, parts: Iterable[QWidget], *, to_next: bool) -> bool:
    """Move the focus of a page to the next stop of its parts, or the one before; False where the focus is at none of them."""
    stops = [stop for part in parts for stop in tab_stops(part)]
    here = page.window().focusWidget()
    if here not in stops:
        return False
    reason = Qt.FocusReason.TabFocusReason if to_next else Qt.FocusReason.BacktabFocusReason
    stops[(stops.index(here) + (1 if to_next else -1)) % len(stops)].setFocus(reason)
    return True
