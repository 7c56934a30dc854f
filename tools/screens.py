"""A picture of each state of the window, drawn off screen: `make screens` writes them to desktop/screens/."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from desktop.opening import opener_of
from desktop.tasks import TaskRunner
from desktop.widgets.contrast import legible_palette
from desktop.widgets.theme import dress
from desktop.window import MainWindow

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "desktop" / "screens"
LONG_LIST = """Simvastatin 40 mg nocte
Clarithromycin 500 mg bd x7d
Coumadin 5mg PO qd
Amiodarone 200 mg od
Ibuprofen 400 mg tds prn
Digoxin 125 mcg od
Furosemide 40 mg od
Ramipril 5 mg od
Spironolactone 25 mg od
Bisoprolol 2.5 mg od
Verapamil 240 mg od
Metformin 1 g bd
Gliclazide 80 mg bd
Omeprazole 20 mg od
Citalopram 20 mg od
Tramadol 50 mg qds
Prednisolone 5 mg od
Allopurinol 100 mg od
Azathioprine 50 mg od
Levothyroxine 50 mcg od
Salbutamol 100 mcg inh prn
Calcium carbonate 1250 mg bd
Zopiclone 7.5 mg nocte
Lithium carbonate 400 mg od
Methotrexate 10 mg weekly
Trimethoprim 200 mg bd
Fluconazole 150 mg stat
Carbamazepine 200 mg bd
Phenytoin 300 mg od
Haloperidol 1.5 mg nocte
Ondansetron 4 mg prn
Sildenafil 50 mg prn
Isosorbide mononitrate 60 mg od
Clopidogrel 75 mg od
Aspirin 75 mg od
St John's wort 300 mg tds
Grapefruit juice
Xyzolumab 5 mg sc monthly
Placebonase 20 mg od
Simvastatin 20 mg nocte"""
TOO_LONG = "\n".join(f"Warfarin {number} mg od" for number in range(1, 502))


def wait_until(done: Callable[[], bool], limit_ms: int = 60_000) -> None:
    """Let the window work until something holds.

    Raises:
        TimeoutError: it did not.
    """
    loop, late, look = QEventLoop(), QTimer(), QTimer()
    late.setSingleShot(True)
    late.timeout.connect(loop.quit)
    look.timeout.connect(lambda: loop.quit() if done() else None)
    late.start(limit_ms)
    look.start(10)
    loop.exec()
    if not done():
        raise TimeoutError("the window did not come to rest")


def shoot(widget: QWidget, name: str) -> None:
    """Write one picture."""
    QApplication.processEvents()
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    # The 256 commonest colours are enough for letters, and a picture in the README stays small.
    common = [colour for colour, _count in Counter(memoryview(image.constBits()).cast("I")).most_common(256)]
    image = image.convertToFormat(QImage.Format.Format_Indexed8, common, Qt.ImageConversionFlag.ThresholdDither)
    if not image.save(str(FOLDER / f"{name}.png"), quality=0):
        raise OSError(f"cannot write {FOLDER / name}.png")
    sys.stdout.write(f"{FOLDER / name}.png\n")


def picture(name: str, text: str, *, percent: int = 100, dark: bool = False) -> None:
    """Open a window on a text, wait for the report, and write the picture."""
    qt = QApplication.instance()
    assert isinstance(qt, QApplication)
    font = qt.font()
    own_points = font.pointSizeF()
    font.setPointSizeF(own_points * percent / 100)
    qt.setFont(font)
    # The offscreen platform knows no dark scheme, so its palette is made as Qt's own style makes one.
    plain = QPalette(QColor("#323232"), QColor("#323232")) if dark else QPalette()
    qt.setPalette(plain)
    qt.setPalette(legible_palette(qt.palette()).resolve(plain))
    window = MainWindow(opener_of(), TaskRunner())
    window.show()
    window.show_text(text)
    wait_until(lambda: not window.model.busy)
    shoot(window, name)
    window.close()
    window.deleteLater()
    font.setPointSizeF(own_points)
    qt.setFont(font)


def states_in_between() -> None:
    """Opening, a check under way, and About: states that pass."""
    window = MainWindow(opener_of(), TaskRunner())
    window.show()
    QApplication.processEvents()
    shoot(window, "opening")
    wait_until(lambda: not window.model.busy)
    window.show_text(LONG_LIST)
    wait_until(lambda: window.page.bar.isVisible() or not window.model.busy)
    shoot(window, "busy")
    window.model.stop()
    shoot(window, "stopped")
    window.show_about()
    wait_until(lambda: bool(window.findChildren(QDialog)))
    shoot(window.findChildren(QDialog)[0], "about")
    window.findChildren(QDialog)[0].close()
    window.close()


def main() -> int:
    """Write every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    qt = QApplication(sys.argv[:1])
    dress(qt)
    sample = (ROOT / "resources" / "samples" / "sample.txt").read_text(encoding="utf-8")
    picture("sample", sample)
    picture("empty", "")
    picture("long", LONG_LIST)
    picture("fault", TOO_LONG)
    picture("confirm", "Warfarrin 5 mg od\nAspirin 75 mg od\nXyzolumab 5 mg")
    picture("none_found", "Paracetamol 500 mg\nAmoxicillin 500 mg")
    picture("font150", LONG_LIST, percent=150)
    picture("font200", sample, percent=200)
    picture("dark", sample + "Xyzolumab 5 mg\nWarfarrin 5 mg\n", dark=True)
    dress(qt)
    states_in_between()
    return 0


if __name__ == "__main__":
    sys.exit(main())
