"""Settings as a person changes them: at once, taken back by Cancel, kept by OK."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialogButtonBox, QLabel
from pytestqt.qtbot import QtBot

from desktop.settings.dialog import SettingsDialog
from desktop.settings.keeper import SettingsKeeper
from desktop.settings.notice import NoticeDialog
from desktop.widgets.contrast import LEAST_CONTRAST, PAIRS, contrast
from desktop.widgets.theme import Dress, dress
from engine.settings import Settings, read_settings

_Button = QDialogButtonBox.StandardButton


@pytest.fixture
def qt() -> QApplication:
    found = QApplication.instance()
    assert isinstance(found, QApplication)
    return found


@pytest.fixture
def look(qt: QApplication, qapp: QApplication) -> Iterator[Dress]:
    worn = dress(qapp)
    yield worn
    worn.apply(Settings())


@pytest.fixture
def keeper(tmp_path: Path, look: Dress) -> SettingsKeeper:
    kept = SettingsKeeper(tmp_path / "settings.json")
    kept.changed.connect(lambda: look.apply(kept.settings))
    return kept


@pytest.fixture
def dialog(qtbot: QtBot, keeper: SettingsKeeper) -> SettingsDialog:
    opened = SettingsDialog(keeper)
    qtbot.addWidget(opened)
    opened.show()
    return opened


def settings_of(keeper: SettingsKeeper) -> Settings:
    """What holds now."""
    return keeper.settings


def choose(dialog: SettingsDialog, name: str, words: str) -> None:
    """Choose by the keyboard."""
    box = dialog.boxes[name]
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.findText(words)):
        QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.currentText() == words


def test_what_is_chosen_holds_at_once_and_cancel_takes_it_back(
    dialog: SettingsDialog, keeper: SettingsKeeper, qt: QApplication
) -> None:
    points = qt.font().pointSizeF()
    height = dialog.fontMetrics().height()
    dialog.font_percent.setValue(150)
    choose(dialog, "theme", "Dark")
    choose(dialog, "names", "United States (USAN): acetaminophen")
    dialog.show_inferred.click()
    # Qt tells the widgets of a new font in its own turn.
    QTest.qWait(30)
    assert settings_of(keeper) == Settings(font_percent=150, theme="dark", names="usan", show_inferred=False)
    assert qt.font().pointSizeF() == pytest.approx(points * 1.5)
    assert dialog.fontMetrics().height() > 1.3 * height
    assert qt.palette().color(QPalette.ColorRole.Window).lightnessF() < 0.5
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert settings_of(keeper) == Settings()
    assert qt.font().pointSizeF() == pytest.approx(points)
    assert qt.palette().color(QPalette.ColorRole.Window).lightnessF() > 0.5
    assert keeper.path is not None
    assert not keeper.path.exists()


def test_ok_keeps_it(dialog: SettingsDialog, keeper: SettingsKeeper) -> None:
    choose(dialog, "units", "US (mg/dL, lb, in)")
    choose(dialog, "least_severity", "Moderate and worse")
    QTest.mouseClick(dialog.buttons.button(_Button.Ok), Qt.MouseButton.LeftButton)
    assert keeper.path is not None
    assert read_settings(keeper.path) == (Settings(units="us", least_severity="moderate"), ())


def test_defaults_come_back_and_the_notice_stays_read(dialog: SettingsDialog, keeper: SettingsKeeper) -> None:
    keeper.update(notice_seen=True)
    dialog._before = keeper.settings
    choose(dialog, "theme", "Light")
    QTest.mouseClick(dialog.buttons.button(_Button.RestoreDefaults), Qt.MouseButton.LeftButton)
    assert settings_of(keeper) == Settings(notice_seen=True)
    assert dialog.boxes["theme"].currentText() == "As the desktop"


@pytest.mark.parametrize("theme", ["light", "dark", "system"])
@pytest.mark.parametrize("percent", [100, 200])
def test_nothing_is_clipped_or_faint(dialog: SettingsDialog, keeper: SettingsKeeper, theme: str, percent: int) -> None:
    keeper.update(theme=theme, font_percent=percent)
    QTest.qWait(30)
    for label in dialog.findChildren(QLabel):
        if label.isVisible():
            needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
            assert label.height() >= needed, label.text()
    for button in dialog.findChildren(QAbstractButton):
        if button.isVisible() and button.text():
            assert button.width() >= button.minimumSizeHint().width(), button.text()
    for text, background in PAIRS:
        palette = dialog.palette()
        assert contrast(palette.color(text), palette.color(background)) >= LEAST_CONTRAST - 0.05


def test_a_disk_that_takes_nothing_is_one_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    keeper = SettingsKeeper(tmp_path / "file" / "settings.json")
    with qtbot.waitSignal(keeper.failed) as failed:
        keeper.update(theme="dark")
    assert failed.args is not None
    assert "cannot be kept" in failed.args[0]
    assert settings_of(keeper).theme == "dark"


def test_without_a_path_nothing_is_kept_and_a_slip_is_refused(qtbot: QtBot) -> None:
    keeper = SettingsKeeper(None)
    with qtbot.waitSignal(keeper.changed):
        keeper.update(units="us")
    with pytest.raises(ValueError, match="not a setting"):
        keeper.update(units="furlongs")
    with pytest.raises(ValueError, match="not a setting"):
        keeper.update(moon=1)
    assert settings_of(keeper) == Settings(units="us")


def test_the_notice_is_accepted_by_button_and_not_by_escape(qtbot: QtBot) -> None:
    notice = NoticeDialog("For professionals. " * 40)
    qtbot.addWidget(notice)
    notice.show()
    assert notice.text.height() >= notice.text.heightForWidth(notice.text.width())
    with qtbot.assertNotEmitted(notice.accepted):
        QTest.keyClick(notice, Qt.Key.Key_Escape)
    notice.show()
    with qtbot.waitSignal(notice.accepted):
        QTest.mouseClick(notice.read_button, Qt.MouseButton.LeftButton)
