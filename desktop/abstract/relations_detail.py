"""The chosen relation in full: its sentence, what it states, how sure, and what knowledge says to it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QTextBrowser, QVBoxLayout

from desktop.abstract.choice import RelationSelection, picked
from desktop.abstract.panel import AbstractPanel
from desktop.abstract.relations_rows import severity_of
from desktop.abstract.relations_words import (
    class_meaning,
    class_words,
    direction_words,
    doubt_sentence,
    knowledge_sentence,
    knowledge_sign,
    knowledge_words,
    known_name,
    percent_words,
    title_of,
)
from desktop.abstract.view_model import AbstractViewModel
from desktop.widgets.severity import badge_html
from engine.reports.reading_material import SEVERITY_KEY
from engine.reports.reading_words import mechanism_words

if TYPE_CHECKING:
    from engine.reading.model import ReadSentence, Relation


class RelationDetail(AbstractPanel):
    """`browser` holds the words; `check_asked` carries the two names that the button sends to the prescription page."""

    check_asked = Signal(str, str)

    def __init__(self, model: AbstractViewModel, selection: RelationSelection) -> None:
        super().__init__(model, selection)
        self.browser = QTextBrowser()
        self.browser.setAccessibleName(self.tr("The chosen relation"))
        self.browser.setOpenLinks(False)
        self.browser.setFrameShape(QFrame.Shape.StyledPanel)
        self.check_button = QPushButton(self.tr("Check this &pair"))
        self.check_button.setToolTip(self.tr("Opens the prescription page with both names"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.browser, 1)
        column.addWidget(self.check_button)
        self.setFocusProxy(self.browser)
        # Less than three lines would be no text.
        self.browser.setMinimumHeight(4 * self.fontMetrics().lineSpacing())
        self._html = ""
        self._pair = ("", "")
        self.check_button.clicked.connect(lambda: self.check_asked.emit(*self._pair))
        self.refresh()

    def refresh(self) -> None:
        """Show the chosen relation of the model's reading."""
        found = picked(self.model.reading, self.selection.chosen)
        self.check_button.setVisible(found is not None)
        if found is None:
            self._show(f"<p>{escape(self._blank_words())}</p>")
            return
        sentence, relation = found
        first, second = sentence.entities[relation.first], sentence.entities[relation.second]
        self._pair = (known_name(first), known_name(second))
        # Only what knowledge holds can be checked.
        self.check_button.setEnabled(bool(first.substance_ids and second.substance_ids))
        self._show(self._words(sentence, relation))

    def follow_choice(self) -> None:
        """Show what is chosen now."""
        self.refresh()

    def _blank_words(self) -> str:
        reading = self.model.reading
        if reading is not None and any(sentence.relations for sentence in reading.sentences):
            return self.tr("Choose a relation in the table or in the text to see it here.")
        return self.tr("A chosen relation is shown here in full: sentence, meaning, certainty, and what knowledge says.")

    def _show(self, html: str) -> None:
        # The same words again would lose the place that a person reads.
        if html != self._html:
            self._html = html
            self.browser.setHtml(html)

    def _words(self, sentence: ReadSentence, relation: Relation) -> str:
        rows = [f"<h4>{escape(title_of(sentence, relation))}</h4>"]
        if not self.model.current:
            rows.append(f"<p>{escape(self.tr('This belongs to the text before the change.'))}</p>")
        rows.append(f"<p><b>{escape(class_words(relation.task, relation.label))}.</b> ")
        rows.append(f"{escape(class_meaning(relation.task, relation.label))}</p>")
        rows.append(f"<p>{escape(self._certainty(relation))}</p>")
        stated = (direction_words(sentence, relation), self._mechanisms(relation))
        rows += [f"<p>{escape(words)}</p>" for words in stated if words]
        rows.append(self._knowledge(sentence, relation, self.model.sources))
        rows.append(f"<p><b>{escape(self.tr('Sentence'))}:</b> {marked_sentence(sentence, relation)}</p>")
        rows.append(f"<p>{escape(self.tr('The student can be wrong. Read the sentence yourself before you act.'))}</p>")
        return "".join(rows)

    def _certainty(self, relation: Relation) -> str:
        sure = self.tr("Probability {0} (calibrated on texts of the same kind).").format(percent_words(relation.probability))
        if relation.doubt is not None:
            sure = self.tr("Unsure, whatever the probability: {0}. {1}").format(doubt_sentence(relation), sure)
        elif relation.abstained:
            sure = self.tr("Unsure: {0} This is too little to be taken as stated.").format(sure)
        others = sorted(((value, label) for label, value in relation.probabilities if label != relation.label), reverse=True)
        if not others or others[0][0] < 0.01:
            return sure
        value, label = others[0]
        words = self.tr("no relation") if label == "none" else class_words(relation.task, label)
        return self.tr("{0} Next: {1}, {2}.").format(sure, words, percent_words(value))

    def _mechanisms(self, relation: Relation) -> str:
        words = mechanism_words(relation)
        return self.tr("Mechanism named: {0}.").format(words) if words else ""

    def _knowledge(self, sentence: ReadSentence, relation: Relation, sources: Mapping[str, str]) -> str:
        names = (known_name(sentence.entities[relation.first]), known_name(sentence.entities[relation.second]))
        sign = f"{knowledge_sign(relation.knowledge)} {knowledge_words(relation.knowledge)}"
        severity = severity_of(relation)
        badge = f"{badge_html(severity)} " if severity is not None else ""
        said = f"<p><b>{escape(self.tr('Knowledge'))}: {escape(sign)}.</b> {badge}{escape(knowledge_sentence(relation, names))}"
        if severity is not None:
            said += " " + escape(SEVERITY_KEY)
        cited = list(dict.fromkeys(sources[rule] for rule in relation.documented if rule in sources))
        listed = "".join(f"<li>{escape(source)}</li>" for source in cited)
        return f"{said}</p>" + (f"<ul>{listed}</ul>" if listed else "")

    def changeEvent(self, event: QEvent) -> None:
        """Other colours need the words anew."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_html"):
            self._html = ""
            self.refresh()


def marked_sentence(sentence: ReadSentence, relation: Relation) -> str:
    """The sentence as HTML with its two names in bold and underlined."""
    spans = sorted((sentence.entities[place].start, sentence.entities[place].end) for place in (relation.first, relation.second))
    made, at = "", 0
    for start, end in spans:
        # Names may lie over each other.
        begin = max(start, at)
        if end > begin:
            made += f"{escape(sentence.text[at:begin])}<b><u>{escape(sentence.text[begin:end])}</u></b>"
            at = end
    return made + escape(sentence.text[at:])
