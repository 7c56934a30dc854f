"""The questions that saving asks: where to, and what becomes of a list that was changed."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from desktop.files.working import SUFFIX, TEXT_SUFFIX


class Answer(Enum):
    """What becomes of a list that was changed and not saved."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Saving", text)


def ask_about_changes(window: QWidget) -> Answer:
    """Ask whether the changed list shall be saved."""
    box = QMessageBox(window)
    box.setWindowTitle("Coprescribe")
    box.setIcon(QMessageBox.Icon.Question)
    box.setText(_tr("The list was changed and is not saved. Save it?"))
    buttons = QMessageBox.StandardButton
    box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
    box.setDefaultButton(buttons.Save)
    answer = box.exec()
    box.deleteLater()
    return {buttons.Save: Answer.SAVE, buttons.Discard: Answer.DISCARD}.get(buttons(answer), Answer.CANCEL)


def ask_where(window: QWidget, beside: Path | None) -> Path | None:
    """Ask for the file to save to; None where the person changes their mind. A name without a suffix gets ours."""
    pattern = _tr("List with the patient's data (*{0});;Text without the patient's data (*.txt)").format(SUFFIX)
    start = "" if beside is None else str(beside.with_name(_stem(beside) + SUFFIX))
    name, chosen = QFileDialog.getSaveFileName(window, _tr("Save the list"), start, pattern)
    if not name:
        return None
    path = Path(name)
    if path.suffix.lower() == TEXT_SUFFIX or path.name.lower().endswith(SUFFIX):
        return path
    completed = path.with_name(path.name + (TEXT_SUFFIX if "*.txt" in chosen else SUFFIX))
    # The dialog asked about the name as it was typed, and not about this one.
    if completed.exists() and not _agreed_to_replace(window):
        return None
    return completed


def _stem(path: Path) -> str:
    return path.name.split(".")[0] or "list"


def _agreed_to_replace(window: QWidget) -> bool:
    question = _tr("A file of that name is there already. Replace it?")
    return QMessageBox.question(window, "Coprescribe", question) == QMessageBox.StandardButton.Yes
