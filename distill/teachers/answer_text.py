"""The text of a language model's answer as raw parts: JSON or sections, whatever stands around it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

# No answer is longer; what is would only cost time to look through.
MOST_TEXT = 20_000
# Braces that begin no object, before a text is taken for one without any.
_MOST_FAILURES = 100
Parts = Mapping[str, object]
_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL | re.IGNORECASE)
_THOUGHT_END = re.compile(r"^.*</think>", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"^\s*```[\w-]*\s*$", re.MULTILINE)
_HEADING = re.compile(
    r"^[\s#>*_-]*(severity[ _]reason|severity|direction|mechanism|confidence|pk|pharmacokinetics|pd|pharmacodynamics|summary"
    r"|management)[\s*_]*:[\s*_]*(.*)$",
    re.IGNORECASE,
)
_SAME_KEY = {"pharmacokinetics": "pk", "pharmacodynamics": "pd", "severityreason": "severity_reason"}
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
_NOTHING = {"", "none", "n/a", "-"}
_PK_COLUMNS = ("via", "role", "object", "change", "facts", "text")
_PD_COLUMNS = ("via", "facts", "text")
_SUMMARY_COLUMNS = ("effect", "object", "change", "facts", "text")


class RejectedError(Exception):
    """An answer that is not taken; `reason` is a code that is counted."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def without_thoughts(text: str) -> str:
    """What a model said, without what it thought before and the fences around it."""
    return _FENCE.sub("", _THOUGHT_END.sub("", _THOUGHT.sub("", text))).strip()


def says_nothing(line: str) -> bool:
    """Whether a model wrote that there is nothing to tell."""
    return line.strip().rstrip(".").lower() in _NOTHING


def answer_parts(text: str) -> Parts:
    """The parts of an answer by their keys in lower case.

    Raises:
        RejectedError: the text is empty, too long, a thought that was cut off, or has no answer in it.
    """
    if len(text) > MOST_TEXT:
        raise RejectedError("too_long")
    said = without_thoughts(text)
    if "<think>" in said.lower():
        raise RejectedError("cut_off")
    if not said:
        raise RejectedError("empty")
    parts = _last_object(said)
    if parts is None and '"severity"' not in said.lower():
        parts = _sections(said)
    if not parts or "severity" not in parts:
        raise RejectedError("unreadable")
    return parts


def _last_object(text: str) -> Parts | None:
    """The last JSON object that has a severity: a model that repeats the form first answers after it."""
    # Not strict: models, and grammars that hold them to a form, write line breaks into strings.
    decoder = json.JSONDecoder(strict=False)
    found, at, failed = None, text.find("{"), 0
    while at >= 0 and failed < _MOST_FAILURES:
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            # Not an object from here, or a hostile one: the next brace may begin one.
            at, failed = text.find("{", at + 1), failed + 1
            continue
        named = {_key(name): part for name, part in value.items()} if isinstance(value, dict) else {}
        if "severity" in named:
            found = named
        at = text.find("{", end)
    return found


def _key(name: str) -> str:
    plain = re.sub(r"[\s_-]+", "_", name.strip().lower())
    return _SAME_KEY.get(plain.replace("_", ""), plain)


def _sections(text: str) -> Parts:
    lines: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.splitlines():
        heading = _HEADING.match(line)
        if heading is None:
            current.append(line)
            continue
        # A heading that comes again begins anew: the last one counts, as with JSON.
        current = lines[_key(heading[1])] = [heading[2]]
    parts: dict[str, object] = {}
    for key, said in lines.items():
        match key:
            case "pk":
                parts[key] = [_columns(line, _PK_COLUMNS) for line in _reasons(said)]
            case "pd":
                parts[key] = [_columns(line, _PD_COLUMNS) for line in _reasons(said)]
            case "summary":
                parts[key] = _columns(" ".join(said).strip(), _SUMMARY_COLUMNS)
            case "severity" | "direction" | "mechanism" | "confidence":
                # What follows on further lines is talk.
                parts[key] = next((line for line in said if line.strip()), "")
            case _:
                parts[key] = " ".join(said).strip()
    return parts


def _reasons(lines: list[str]) -> list[str]:
    plain = [_BULLET.sub("", line).strip() for line in lines]
    return [line for line in plain if not says_nothing(line)]


def _columns(line: str, names: tuple[str, ...]) -> Parts:
    """A line of columns; one without them is text alone."""
    cells = [cell.strip() for cell in line.split("|", len(names) - 1)]
    return dict(zip(names, cells, strict=True)) if len(cells) == len(names) else {"text": line}
