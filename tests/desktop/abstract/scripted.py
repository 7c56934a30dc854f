"""An abstract page over a reading without a student: a few names are known, and two of them in a sentence are a relation."""

import re
import threading
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.abstract.panel import AbstractPanel
from desktop.abstract.text_editor import AbstractEditor
from desktop.abstract.view import AbstractPage
from engine.application import Application
from engine.cancellation import Progress
from engine.reading.model import Entity, Reading, ReadSentence, Relation
from tests.engine.reports.reading_making import DDI, NOTICE, PROVENANCE
from tools.screens import lay_out

KINDS = {"warfarin": "drug", "aspirin": "drug", "simvastatin": "drug", "Zocor": "brand", "NSAIDs": "group", "bleeding": "disease"}
_SENTENCE = re.compile(r"[^.\n]+\.?")
TWO = "Warfarin and aspirin interact. Nothing is said here. Zocor may change warfarin."


def _sentence(text: str, start: int, application: Application) -> ReadSentence:
    found = re.finditer("|".join(KINDS), text, re.IGNORECASE)
    entities = tuple(_entity(match, application) for match in found)
    medicines = [place for place, entity in enumerate(entities) if entity.kind != "disease"]
    relations: tuple[Relation, ...] = ()
    if len(medicines) > 1:
        share = 0.4 if "may" in text else 0.9
        shares = tuple((label, share if label == "effect" else (1 - share) / 4) for label in DDI)
        relations = (Relation(medicines[0], medicines[1], "ddi", "effect", share, shares, abstained=share < 0.5),)
        ids = tuple(sorted(_rules(application, entities[medicines[0]]) & _rules(application, entities[medicines[1]])))
        if ids:
            relations = (replace(relations[0], knowledge="documented", documented=ids, severity="major"),)
    unread = "it is not in English" if "Ж" in text else None
    return ReadSentence(text, start, entities, relations, (), unread)


def _rules(application: Application, entity: Entity) -> set[str]:
    store = application.store
    sides = [*entity.substance_ids, *(f"@{row.class_id}" for each in entity.substance_ids for row in store.memberships.get(each))]
    return {rule.id for side in sides for rules in store.rules_of(side).values() for rule in rules}


def _entity(match: re.Match[str], application: Application) -> Entity:
    kind = next(kind for word, kind in KINDS.items() if word.lower() == match.group().lower())
    form = application.store.name_of_form(match.group().lower()) if kind in ("drug", "brand") else None
    ids = form.substances if form is not None else ()
    name = application.store.substance(ids[0]).name if ids else None
    return Entity(match.start(), match.end(), match.group(), kind, "both" if ids else "student", 0.97, ids, name)


def reading_of(text: str, application: Application) -> Reading:
    """What the scripted student reads."""
    sentences = tuple(
        _sentence(match.group(), match.start(), application) for match in _SENTENCE.finditer(text) if match.group().strip()
    )
    return Reading(text, sentences, (), PROVENANCE, NOTICE)


@dataclass
class Script:
    """The reading function of a page: `asked` collects texts, `checks` what tells whether to go on.

    While `gate` is closed it works and does not end.
    """

    asked: list[str] = field(default_factory=list)
    checks: list[Callable[[], None]] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    change: Callable[[Reading], Reading] = lambda reading: reading
    error: BaseException | None = None

    def __post_init__(self) -> None:
        self.gate.set()

    def __call__(self, application: Application, text: str, check: Callable[[], None]) -> Generator[Progress, None, Reading]:
        """As the engine's reader."""
        self.asked.append(text)
        self.checks.append(check)
        done = 0
        while not self.gate.wait(0.01):
            done = min(done + 1, 98)
            yield Progress(done, 100)
        yield Progress(100, 100)
        if self.error is not None:
            raise self.error
        return self.change(reading_of(text, application))


def at_rest(page: AbstractPage) -> bool:
    """Whether everything that can be seen shows the present state."""
    panels = [panel for panel in page.findChildren(AbstractPanel) if panel.isVisible()]
    # A window that shows the page stays as it is; what explains a relation works on its own and is tested apart.
    return page.is_furnished and not page.model.busy and all(panel.fresh for panel in panels)


def settle(qtbot: QtBot, page: AbstractPage) -> None:
    """Wait until the page is at rest."""
    qtbot.waitUntil(lambda: at_rest(page), timeout=30_000)
    lay_out()


def enter(qtbot: QtBot, page: AbstractPage, text: str) -> None:
    """Put a text into the editor and wait until it is read."""
    page.show_text(text)
    settle(qtbot, page)


def table_rows(page: AbstractPage) -> list[list[str]]:
    """The cells of the table as they are shown."""
    model = page.relations.table.model()
    return [[str(model.index(row, column).data()) for column in range(model.columnCount())] for row in range(model.rowCount())]


def highlighted(editor: AbstractEditor) -> list[str]:
    """The texts below the highlights, in the order in which they are painted."""
    return [selection.cursor.selectedText() for selection in editor.extraSelections()]


def shown(parts: Sequence[QWidget]) -> bool:
    """Whether all of them can be seen."""
    return all(part.isVisible() for part in parts)
