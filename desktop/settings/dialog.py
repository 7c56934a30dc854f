"""The settings dialog: what is chosen holds at once, so that it can be looked at; Cancel takes it back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop.settings.keeper import SettingsKeeper
from desktop.widgets.wrapped_label import WrappedLabel
from engine.settings import LEAST_FONT_PERCENT, MOST_FONT_PERCENT, Settings, changed

_STEP = 10
_Button = QDialogButtonBox.StandardButton


class SettingsDialog(QDialog):
    """All settings over a keeper. They are written when the dialog is accepted, and only then."""

    def __init__(self, keeper: SettingsKeeper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self._keeper = keeper
        self._before = keeper.settings
        self._showing = False
        self.font_percent = QSpinBox()
        self.font_percent.setRange(LEAST_FONT_PERCENT, MOST_FONT_PERCENT)
        self.font_percent.setSingleStep(_STEP)
        self.font_percent.setSuffix(" %")
        # While a figure is being typed its first digits are no size to jump to.
        self.font_percent.setKeyboardTracking(False)
        self.boxes = {name: self._box(choices) for name, choices in self._choices().items()}
        self.show_documented = QCheckBox(self.tr("Show documented findings"))
        self.show_inferred = QCheckBox(self.tr("Show inferred findings"))
        self.place = WrappedLabel()
        self._lay_out()
        self._show(keeper.settings)
        self.font_percent.valueChanged.connect(self._take)
        for box in self.boxes.values():
            box.activated.connect(self._take)
        for check in (self.show_documented, self.show_inferred):
            check.clicked.connect(self._take)

    def _choices(self) -> dict[str, tuple[tuple[str, str], ...]]:
        return {
            "theme": (
                (self.tr("As the desktop"), "system"),
                (self.tr("Light"), "light"),
                (self.tr("Dark"), "dark"),
            ),
            "units": (
                (self.tr("SI (µmol/L, kg, cm)"), "si"),
                (self.tr("US (mg/dL, lb, in)"), "us"),
            ),
            "names": (
                (self.tr("International (INN): paracetamol"), "inn"),
                (self.tr("United States (USAN): acetaminophen"), "usan"),
                (self.tr("British (BAN): adrenaline"), "ban"),
            ),
            "least_severity": (
                (self.tr("All severities"), "none"),
                (self.tr("Minor and worse"), "minor"),
                (self.tr("Moderate and worse"), "moderate"),
                (self.tr("Major and worse"), "major"),
                (self.tr("Contraindicated only"), "contraindicated"),
            ),
        }

    def _box(self, choices: tuple[tuple[str, str], ...]) -> QComboBox:
        box = QComboBox()
        for words, value in choices:
            box.addItem(words, value)
        return box

    def _lay_out(self) -> None:
        inside = QWidget()
        form = QFormLayout(inside)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for label, control in (
            (self.tr("&Font size"), self.font_percent),
            (self.tr("&Theme"), self.boxes["theme"]),
            (self.tr("&Units"), self.boxes["units"]),
            (self.tr("&Names of medicines"), self.boxes["names"]),
            (self.tr("Findings shown at the &start"), self.boxes["least_severity"]),
        ):
            control.setAccessibleName(label.replace("&", ""))
            form.addRow(label, control)
        form.addRow(self.show_documented)
        form.addRow(self.show_inferred)
        self.place.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.place.setAccessibleName(self.tr("Where things are kept"))
        nowhere = self.tr("The settings are not kept: they hold until the program ends.")
        kept = self.tr("Settings are kept in {0}. Lists are kept only where you save them.").format(self._keeper.path)
        self.place.setText(nowhere if self._keeper.path is None else kept)
        form.addRow(self.place)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(self.tr("Settings"))
        self.buttons = QDialogButtonBox(_Button.Ok | _Button.Cancel | _Button.RestoreDefaults)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.buttons.button(_Button.RestoreDefaults).clicked.connect(self.restore_defaults)
        column = QVBoxLayout(self)
        column.addWidget(area, 1)
        column.addWidget(self.buttons)
        metrics = self.fontMetrics()
        self.resize(min(64 * metrics.averageCharWidth() + 60, 1100), min(22 * metrics.lineSpacing() + 60, 760))

    def accept(self) -> None:
        """Keep what is chosen."""
        self.font_percent.interpretText()
        self._keeper.replace(self._keeper.settings)
        super().accept()

    def reject(self) -> None:
        """Everything is again as it was before the dialog."""
        self._keeper.replace(self._before, keep=False)
        super().reject()

    def restore_defaults(self) -> None:
        """All defaults; that the intended use has been read stays."""
        defaults = changed(Settings(), {"notice_seen": self._before.notice_seen})
        self._show(defaults)
        self._keeper.replace(defaults, keep=False)

    def _show(self, settings: Settings) -> None:
        self._showing = True
        self.font_percent.setValue(settings.font_percent)
        for name, box in self.boxes.items():
            box.setCurrentIndex(box.findData(getattr(settings, name)))
        self.show_documented.setChecked(settings.show_documented)
        self.show_inferred.setChecked(settings.show_inferred)
        self._showing = False

    def _take(self) -> None:
        if self._showing:
            return
        values: dict[str, object] = {name: box.currentData() for name, box in self.boxes.items()}
        values |= {
            "font_percent": self.font_percent.value(),
            "show_documented": self.show_documented.isChecked(),
            "show_inferred": self.show_inferred.isChecked(),
        }
        self._keeper.replace(changed(self._keeper.settings, values), keep=False)
