"""The About dialog: versions, intended use, sources of the knowledge, licences."""

from __future__ import annotations

from html import escape

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from desktop.opening import AboutFacts


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
