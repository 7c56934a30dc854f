"""A sign with its colours, as rows and the gutter of the editor draw it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Badge:
    """One sign, with colours as #rrggbb, or in the colours of the text."""

    sign: str
    text: str | None = None
    background: str | None = None
