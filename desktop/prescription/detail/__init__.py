"""The detail of what is chosen: reasoning with its facts, what to do, alternatives and a swap that is seen before it is done."""

from desktop.prescription.detail.plain import (
    duplicate_html,
    duplicate_title,
    finding_html,
    load_html,
    missing_html,
    sentence_case,
    statement_html,
)

# Until the older rows of the findings go, they take their texts from here.
__all__ = [
    "duplicate_html",
    "duplicate_title",
    "finding_html",
    "load_html",
    "missing_html",
    "sentence_case",
    "statement_html",
]
