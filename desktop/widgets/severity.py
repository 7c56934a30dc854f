"""Badges of severities for the window; the looks themselves are shared with the exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.reports.looks import LOOKS, WEIGHTS, SeverityLook

if TYPE_CHECKING:
    from engine.report import Severity

__all__ = ["LOOKS", "WEIGHTS", "SeverityLook", "badge_html", "label", "look_html"]


def label(severity: Severity) -> str:
    """Shape and word."""
    look = LOOKS[severity]
    return f"{look.shape} {look.word}"


def badge_html(severity: Severity) -> str:
    """Shape and word in the severity's colours."""
    return look_html(LOOKS[severity])


def look_html(look: SeverityLook) -> str:
    """Shape and word of any look in its colours."""
    words = f"&nbsp;{look.shape}&nbsp;{look.word}&nbsp;"
    return f'<span style="color:{look.text};background-color:{look.background}">{words}</span>'
