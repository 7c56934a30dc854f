"""The bar over the findings with which a person says what to see. It wraps where there is little room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QLayout, QLayoutItem, QSizePolicy, QStyle, QStyleOptionComboBox, QWidget

from desktop.prescription.filters import RANKS, Filter, medicines_of
from desktop.widgets.severity import LOOKS, word_of

if TYPE_CHECKING:
    from engine.report import Report

_CONTEXT = "FilterBar"
_GAP = 4


def mechanism_words(kind: str) -> str:
    """A mechanism, or the first part of one, in words."""
    known = {
        "pk": QCoreApplication.translate(_CONTEXT, "Any PK"),
        "pk.absorption": QCoreApplication.translate(_CONTEXT, "PK: absorption"),
        "pk.distribution": QCoreApplication.translate(_CONTEXT, "PK: distribution"),
        "pk.metabolism": QCoreApplication.translate(_CONTEXT, "PK: metabolism"),
        "pk.transport": QCoreApplication.translate(_CONTEXT, "PK: transport"),
        "pk.excretion": QCoreApplication.translate(_CONTEXT, "PK: excretion"),
        "pk.unspecified": QCoreApplication.translate(_CONTEXT, "PK: way not stated"),
        "pd": QCoreApplication.translate(_CONTEXT, "Any PD"),
        "pd.additive": QCoreApplication.translate(_CONTEXT, "PD: additive"),
        "pd.synergistic": QCoreApplication.translate(_CONTEXT, "PD: synergistic"),
        "pd.antagonistic": QCoreApplication.translate(_CONTEXT, "PD: antagonistic"),
        "pd.sensitisation": QCoreApplication.translate(_CONTEXT, "PD: sensitisation"),
        "pd.masking": QCoreApplication.translate(_CONTEXT, "PD: masking"),
        "incompatibility": QCoreApplication.translate(_CONTEXT, "Incompatibility"),
        "unknown": QCoreApplication.translate(_CONTEXT, "Mechanism not stated"),
    }
    return known.get(kind, kind)


class Wrapping(QLayout):
    """Widgets in a row, and in as many rows as the width asks for."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """As QLayout asks."""
        self._items.append(item)

    def count(self) -> int:
        """As QLayout asks."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """As QLayout asks."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """As QLayout asks."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        """Height follows from width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Pixels that all rows need."""
        return self._place(QRect(0, 0, width, 0), apply=False)

    def sizeHint(self) -> QSize:
        """The least: the page decides about the width."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """The widest and the tallest widget."""
        least = QSize()
        for item in self._items:
            least = least.expandedTo(item.minimumSize())
        return least

    def setGeometry(self, rect: QRect) -> None:
        """Place all."""
        super().setGeometry(rect)
        self._place(rect, apply=True)

    def _place(self, rect: QRect, *, apply: bool) -> int:
        parent = self.parentWidget()
        direction = parent.layoutDirection() if parent is not None else Qt.LayoutDirection.LeftToRight
        x, y, tallest = 0, 0, 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            width = min(size.width(), rect.width())
            if x and x + width > rect.width():
                x, y, tallest = 0, y + tallest + _GAP, 0
            if apply:
                place = QRect(rect.topLeft() + QPoint(x, y), QSize(width, size.height()))
                item.setGeometry(QStyle.visualRect(direction, rect, place))
            x, tallest = x + width + _GAP, max(tallest, size.height())
        return y + tallest


class Chooser(QComboBox):
    """A combo box as wide as what is chosen in it, so that a long name elsewhere in it costs no room."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._offered: list[tuple[object, str]] = []
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.currentIndexChanged.connect(lambda _number: self.updateGeometry())

    def sizeHint(self) -> QSize:
        """Room for the chosen text."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        metrics = self.fontMetrics()
        inner = QSize(metrics.horizontalAdvance(f"{self.currentText()}m"), metrics.height())
        return self.style().sizeFromContents(QStyle.ContentsType.CT_ComboBox, option, inner, self)

    def minimumSizeHint(self) -> QSize:
        """A few letters: the rest can be read in the opened list."""
        return QSize(min(self.sizeHint().width(), self.fontMetrics().horizontalAdvance("m" * 6)), self.sizeHint().height())

    def fill(self, choices: dict[object, str], current: object) -> None:
        """Offer choices (value to text) without telling."""
        self.blockSignals(True)
        if self._offered != list(choices.items()):
            self._offered = list(choices.items())
            self.clear()
            for value, text in choices.items():
                self.addItem(text, value)
        self.setCurrentIndex(list(choices).index(current))
        self.blockSignals(False)
        self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        """A new font needs other room."""
        super().changeEvent(event)
        self.updateGeometry()


class FilterBar(QWidget):
    """Four choosers. `changed` follows what a person chooses."""

    changed = Signal()

    def __init__(self, wanted: Filter) -> None:
        super().__init__()
        self.wanted = wanted
        self.severity = Chooser(self.tr("Least severity that is shown"))
        self.medicine = Chooser(self.tr("Medicine whose findings are shown"))
        self.mechanism = Chooser(self.tr("Kind of mechanism that is shown"))
        self.origin = Chooser(self.tr("Documented or inferred findings"))
        row = Wrapping(self)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for chooser in (self.severity, self.medicine, self.mechanism, self.origin):
            row.addWidget(chooser)
            chooser.activated.connect(self._take)
        self.show_filter(wanted, None)

    def show_filter(self, wanted: Filter, report: Report | None, mechanisms: Iterable[str] = ()) -> None:
        """Show a filter, and offer what the report has to choose from: its medicines, and kinds of mechanism; tells nobody."""
        self.wanted = wanted
        severities: dict[object, str] = {"none": self.tr("All severities")}
        for severity in ("minor", "moderate", "major"):
            severities[severity] = self.tr("{0} or worse").format(word_of(LOOKS[severity]))
        severities["contraindicated"] = self.tr("Contraindicated only")
        self.severity.fill(severities, wanted.least_severity)
        names = medicines_of(report) if report is not None else {}
        medicines: dict[object, str] = {None: self.tr("All medicines")}
        medicines.update(names)
        if wanted.medicine is not None:
            medicines.setdefault(wanted.medicine, wanted.medicine)
        self.medicine.fill(medicines, wanted.medicine)
        kinds = set(mechanisms)
        if wanted.mechanism is not None:
            kinds.add(wanted.mechanism)
        kinds |= {kind.split(".")[0] for kind in kinds}
        # PK stands before PD, and each heads its own kinds.
        ordered = sorted(kinds, key=lambda kind: (not kind.startswith("pk"), not kind.startswith("pd"), kind))
        offered: dict[object, str] = {None: self.tr("All mechanisms")}
        offered.update((kind, mechanism_words(kind)) for kind in ordered)
        self.mechanism.fill(offered, wanted.mechanism)
        origins: dict[object, str] = {
            "both": self.tr("Documented and inferred"),
            "documented": self.tr("Documented only"),
            "inferred": self.tr("Inferred only"),
        }
        if not (wanted.documented or wanted.inferred):
            origins["neither"] = self.tr("Neither documented nor inferred")
        self.origin.fill(origins, _origin_of(wanted))

    def _take(self, _number: int) -> None:
        severity = str(self.severity.currentData())
        origin = str(self.origin.currentData())
        medicine, mechanism = self.medicine.currentData(), self.mechanism.currentData()
        wanted = replace(
            self.wanted,
            least_severity=next(known for known in RANKS if known == severity),
            medicine=None if medicine is None else str(medicine),
            mechanism=None if mechanism is None else str(mechanism),
            documented=origin in {"both", "documented"},
            inferred=origin in {"both", "inferred"},
        )
        if wanted != self.wanted:
            self.wanted = wanted
            self.changed.emit()


def _origin_of(wanted: Filter) -> str:
    if wanted.documented:
        return "both" if wanted.inferred else "documented"
    return "inferred" if wanted.inferred else "neither"
