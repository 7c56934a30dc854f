"""Signs of a line's state. Each is a shape of its own; the colours are not those of a severity."""

from __future__ import annotations

from desktop.widgets.badge import Badge

RECOGNISED = "✓"
WAITING = "?"
NOT_CHECKED = "✗"
CHECKING = "…"
NO_MEDICINE = "·"

BADGES = {
    NOT_CHECKED: Badge(NOT_CHECKED, "#ffffff", "#3d3d3d"),
    WAITING: Badge(WAITING, "#ffffff", "#1f4e8c"),
    RECOGNISED: Badge(RECOGNISED),
    CHECKING: Badge(CHECKING),
    NO_MEDICINE: Badge(NO_MEDICINE),
}
