"""What the models of all pages share: they change, and they tell of faults that concern nothing that they show."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class FaultTeller(QObject):
    """`changed` follows every change of what is shown; `fault_met` carries the sentence of a fault; `message` stays until a
    person dismisses it."""

    changed = Signal()
    fault_met = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.message = ""

    def meet_fault(self, sentence: str) -> None:
        """Show a fault beside what is shown, such as a file that cannot be used; it stays until a person dismisses it."""
        self.message = sentence
        self.fault_met.emit(sentence)
        self.changed.emit()

    def dismiss_message(self) -> None:
        """A person has taken note of the fault."""
        self.message = ""
        self.changed.emit()
