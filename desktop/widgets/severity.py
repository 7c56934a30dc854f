"""Badges of severities for the window; the looks themselves are shared with the exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from engine.reports.looks import LOOKS, WEIGHTS, SeverityLook

if TYPE_CHECKING:
    from engine.report import Severity

__all__ = ["LOOKS", "WEIGHTS", "SeverityLook", "badge_html", "label", "look_html", "word_of"]


def word_of(look: SeverityLook) -> str:
    """The word of a look, in the language of the window."""
    return QCoreApplication.translate("Severity", look.word)


def label(severity: Severity) -> str:
    """Shape and word."""
    look = LOOKS[severity]
    return f"{look.shape} {word_of(look)}"


def badge_html(severity: Severity) -> str:
    """Shape and word in the severity's colours."""
    return look_html(LOOKS[severity])


def look_html(look: SeverityLook) -> str:
    """Shape and word of any look in its colours."""
    words = f"&nbsp;{look.shape}&nbsp;{word_of(look)}&nbsp;"
    return f'<span style="color:{look.text};background-color:{look.background}">{words}</span>'
