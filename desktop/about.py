"""The About dialog: versions, intended use, sources of the knowledge, licences."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from engine.cancellation import Progress

if TYPE_CHECKING:
    from engine.application import Application


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source of the knowledge, in the words of its own table."""

    id: str
    title: str
    publisher: str
    date: str
    licence: str


@dataclass(frozen=True, slots=True)
class AboutFacts:
    """What About shows: versions as (name, version), the notice, sources and licences."""

    versions: tuple[tuple[str, str], ...]
    notice: str
    sources: tuple[SourceLine, ...]
    licences: str


def about_in_steps(application: Application) -> Generator[Progress, None, AboutFacts]:
    """Facts for About.

    Raises:
        ResourceError: the distribution lacks its NOTICE.
    """
    yield Progress(0, 0)
    import platform
    from importlib.metadata import distribution

    from engine.errors import ResourceError
    from engine.installation import REBUILD_HINT

    licences = distribution("coprescribe").read_text("licenses/NOTICE")
    if licences is None:
        raise ResourceError(f"This installation lacks its file NOTICE. {REBUILD_HINT}")
    store = application.store
    versions = (
        ("Coprescribe", application.checker.version),
        ("Knowledge", f"{store.version}, content digest {store.digest[:16]}…"),
        ("Students", "none in this version"),
        ("Python", platform.python_version()),
        ("Qt", qVersion()),
    )
    sources = tuple(
        SourceLine(source.id, source.title, source.publisher, source.date, source.licence) for source in store.sources.values()
    )
    return AboutFacts(versions, application.notice, sources, licences)


def about_html(facts: AboutFacts) -> str:
    """Every text is escaped."""
    versions = "".join(f"<tr><td>{escape(name)}&nbsp;&nbsp;</td><td>{escape(text)}</td></tr>" for name, text in facts.versions)
    sources = []
    for source in facts.sources:
        about = "; ".join(part for part in (source.publisher, source.date, source.licence) if part not in {"", "-"})
        sources.append(f"<li><b>{escape(source.id)}</b>: {escape(source.title)}<br><i>{escape(about)}</i></li>")
    return (
        f"<h2>Coprescribe</h2><table>{versions}</table>"
        f"<h3>Intended use</h3><p>{escape(facts.notice)}</p>"
        f"<h3>Sources of the knowledge</h3><ul>{''.join(sources)}</ul>"
        f"<h3>Notices and licences</h3><p style='white-space: pre-wrap'>{escape(facts.licences)}</p>"
    )


class AboutDialog(QDialog):
    """Read-only; closes with Escape."""

    def __init__(self, facts: AboutFacts, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Coprescribe"))
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setAccessibleName(self.tr("Versions, intended use, sources and licences"))
        self.text.setHtml(about_html(facts))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(buttons)
        metrics = self.fontMetrics()
        self.resize(min(100 * metrics.averageCharWidth() + 80, 1100), min(40 * metrics.lineSpacing(), 760))
