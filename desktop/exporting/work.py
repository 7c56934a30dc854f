"""Work of an export for the task runner: check again with alternatives, render, write. The engine is imported inside."""

from __future__ import annotations

from collections.abc import Collection, Generator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.exporting.kinds import Content, ExportKind
from desktop.exporting.pages import Foot
from engine.cancellation import Progress

if TYPE_CHECKING:
    from desktop.prescription.view_model import CheckRequest
    from engine.application import Application
    from engine.reports.material import Material
    from engine.reports.plain_items import SheetItem
    from engine.settings import Units

# A longer document would need much memory for a look at it, and much paper.
PRINT_CHARACTERS = 400_000


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request with what was made of it: what every export and the preview start from."""

    request: CheckRequest
    material: Material
    items: tuple[SheetItem, ...]


def prepare(
    application: Application, request: CheckRequest, units: Units, made_at: datetime
) -> Generator[Progress, None, Prepared]:
    """Check the captured request again, now with alternatives; the patient's figures are written in `units`."""
    from engine.reports.material import Material, Wordbook
    from engine.reports.plain_items import sheet_items

    report = yield from application.checker.check_in_steps(request.text, request.patient, request.options)
    material = Material(report, request.patient, request.text, made_at, Wordbook.of(application.store), units=units)
    return Prepared(request, material, sheet_items(material))


def page_html(material: Material, content: Content, chosen: Collection[str] | None) -> str:
    """The HTML of a content that has pages."""
    from engine.reports.plain import plain_html
    from engine.reports.professional import professional_html

    if content is Content.SHEET:
        return plain_html(material, chosen)
    return professional_html(material, "full" if content is Content.FULL else "short")


def foot_of(material: Material) -> Foot:
    """What stands at the foot of each page."""
    return Foot(material.report.notice, material.date)


def render(material: Material, kind: ExportKind, chosen: Collection[str] | None) -> Generator[Progress, None, bytes]:
    """The bytes of an export that needs no layout. `chosen` are the points of the patient's sheet; None takes the usual ones."""
    from engine.reports.as_json import data_json
    from engine.reports.table import table_csv

    yield Progress(0, 0)
    if kind.content is Content.TABLE:
        return table_csv(material)
    if kind.content is Content.DATA:
        return data_json(material)
    html = page_html(material, kind.content, chosen)
    yield Progress(0, 0)
    return html.encode("utf-8", errors="replace")


def write_export(
    material: Material, kind: ExportKind, chosen: Collection[str] | None, path: Path
) -> Generator[Progress, None, Path]:
    """Render what needs no layout, and write it whole or not at all.

    Raises:
        InputError: the file cannot be written; what was there before is untouched.
    """
    content = yield from render(material, kind, chosen)
    return (yield from write_content(content, path))


def write_content(content: bytes, path: Path) -> Generator[Progress, None, Path]:
    """Write a file whole or not at all.

    Raises:
        InputError: the file cannot be written; what was there before is untouched.
    """
    from engine.records.writing import write_file

    yield Progress(0, 0)
    write_file(path, content)
    return path


def preview(material: Material, content: Content, chosen: Collection[str] | None, scale: float) -> Generator[Progress, None, str]:
    """HTML for the preview: the pages, or the beginning of the file.

    `scale` is the size of the window's letters in proportion to the usual one.
    """
    from html import escape

    from engine.reports.markup import for_paper, page

    yield Progress(0, 0)
    if content in {Content.TABLE, Content.DATA}:
        kind = ExportKind(content, "")
        data = yield from render(material, kind, chosen)
        lines = data.decode("utf-8-sig").splitlines()[:60]
        return page("", "", f"<pre>{escape(chr(10).join(line[:200] for line in lines))}</pre>")
    return for_paper(page_html(material, content, chosen), scale)


def pages_of(material: Material, content: Content, chosen: Collection[str] | None) -> Generator[Progress, None, str]:
    """The HTML of a content that has pages, for paper."""
    yield Progress(0, 0)
    return page_html(material, content, chosen)


def summary_of(material: Material) -> Generator[Progress, None, str]:
    """The short summary as text."""
    from engine.reports.summary import summary_text

    yield Progress(0, 0)
    return summary_text(material)
