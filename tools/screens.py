"""A picture of each state of the window, drawn off screen: `make screens` writes them to desktop/screens/."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from desktop.exporting.kinds import Content
from desktop.exporting.pages import page_images
from desktop.exporting.work import foot_of, page_html
from desktop.opening import Opener, opener_of
from desktop.prescription.panel import Panel
from desktop.tasks import TaskRunner
from desktop.widgets.theme import dress
from desktop.window import MainWindow
from engine.application import open_application
from engine.prescriptions.patient import Patient
from engine.reports.material import Material, Wordbook
from engine.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
# The other tools are imported by name, whichever way this one is started.
sys.path.insert(0, str(ROOT))
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
    """Write the picture of a widget."""
    QApplication.processEvents()
    save(widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32), name)


def save(image: QImage, name: str) -> None:
    """Write one picture."""
    # The 256 commonest colours are enough for letters, and a picture in the README stays small.
    common = [colour for colour, _count in Counter(memoryview(image.constBits()).cast("I")).most_common(256)]
    image = image.convertToFormat(QImage.Format.Format_Indexed8, common, Qt.ImageConversionFlag.ThresholdDither)
    if not image.save(str(FOLDER / f"{name}.png"), quality=0):
        raise OSError(f"cannot write {FOLDER / name}.png")
    sys.stdout.write(f"{FOLDER / name}.png\n")


def at_rest(window: MainWindow) -> bool:
    """Whether everything that can be seen shows the present list."""
    panels = [panel for panel in window.page.findChildren(Panel) if panel.isVisible()]
    return window.page.is_furnished and not window.model.busy and all(panel.fresh for panel in panels)


def lay_out() -> None:
    """Let layouts settle: each asks for another turn for each level of parts in parts."""
    for _ in range(8):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def rest(window: MainWindow) -> None:
    """Wait until the window is at rest and its layouts have settled."""
    wait_until(lambda: at_rest(window))
    lay_out()


def opened(opener: Opener | None = None) -> MainWindow:
    """A window whose knowledge is open: that of this installation, or what `opener` opens."""
    window = MainWindow(opener or opener_of(), TaskRunner())
    window.show()
    rest(window)
    return window


def closed(window: MainWindow) -> None:
    """Close a window without a question."""
    window.files.let_go()
    window.close()
    window.deleteLater()


def picture(name: str, text: str, settings: Settings | None = None, patient: Patient | None = None) -> None:
    """Open a window on a text, wait for the report and the alternatives, and write the picture."""
    qt = QApplication.instance()
    assert isinstance(qt, QApplication)
    dress(qt).apply(settings or Settings())
    window = opened()
    if settings is not None:
        window.keeper.replace(settings)
    window.show_text(text)
    window.model.set_patient(patient)
    rest(window)
    wait_until(lambda: not window.page.detail.looker.busy)
    rest(window)
    shoot(window, name)
    closed(window)
    dress(qt).apply(Settings())


def tabs(text: str, patient: Patient) -> None:
    """The tabs beside list and findings, and the dialogs."""
    window = opened()
    window.show_text(text)
    window.model.set_patient(patient)
    rest(window)
    page = window.page
    for number, name in ((1, "matrix"), (2, "load"), (3, "enzymes")):
        page.go_to(page.middle, number)
        rest(window)
        shoot(window, name)
    page.go_to(page.middle, 0)
    page.go_to(page.left, 1)
    rest(window)
    shoot(window, "patient")
    window.show_settings()
    dialog(window, "settings")
    window.exporter.export()
    wait_until(lambda: not window.exporter.busy)
    dialog(window, "export")
    window.show_about()
    dialog(window, "about")
    closed(window)


def dialog(window: MainWindow, name: str) -> None:
    """Write the picture of the dialog that opens, and close it."""
    wait_until(lambda: bool([each for each in window.findChildren(QDialog) if each.isVisible()]))
    shown = next(each for each in window.findChildren(QDialog) if each.isVisible())
    lay_out()
    shoot(shown, name)
    shown.reject()


def states_in_between() -> None:
    """Opening, a check under way, and one that was stopped: states that pass."""
    window = MainWindow(opener_of(), TaskRunner())
    window.show()
    wait_until(lambda: window.page.is_furnished)
    shoot(window, "opening")
    rest(window)
    window.show_text(LONG_LIST)
    wait_until(lambda: window.page.findings.status.bar.isVisible() or not window.model.busy)
    shoot(window, "busy")
    window.model.check_again()
    window.model.stop()
    rest(window)
    shoot(window, "stopped")
    closed(window)


def exports(text: str, patient: Patient) -> None:
    """The first pages of the record and of the sheet for the patient, as they are printed."""
    application = open_application()
    report = application.check(text, patient)
    material = Material(report, patient, text, datetime.now(tz=UTC), Wordbook.of(application.store))
    for content, name in ((Content.SHORT, "record"), (Content.FULL, "record_full"), (Content.SHEET, "sheet")):
        images = page_images(page_html(material, content, None), foot_of(material))
        save(images[0].convertToFormat(QImage.Format.Format_RGB32), f"export_{name}")


def abstracts() -> None:
    """The pages that read abstracts: empty, on a dense text, explaining, network, dark, 200 %, many abstracts."""
    from tools.reading_screens import ReadingScreens

    qt = QApplication.instance()
    assert isinstance(qt, QApplication)
    samples = ROOT / "resources" / "samples"
    text = (samples / "abstract.txt").read_text(encoding="utf-8")
    window = opened()
    screens = ReadingScreens(window, shoot, wait_until, lay_out)
    screens.abstract_empty()
    page = screens.abstract(text, "abstract")
    screens.explaining(page, "abstract_explaining")
    screens.abstract(text, "abstract_network", tab=1)
    screens.many(samples / "abstracts.nbib", "abstracts")
    closed(window)
    for name, settings in (("abstract_dark", Settings(theme="dark")), ("abstract_font200", Settings(font_percent=200))):
        dress(qt).apply(settings)
        window = opened()
        window.keeper.replace(settings)
        ReadingScreens(window, shoot, wait_until, lay_out).abstract(text, name)
        closed(window)
    dress(qt).apply(Settings())


def shoot_reasoning(text: str) -> None:
    """The student's panel: none installed, streaming, contradicted, disagreeing, over all findings, its facts; dark, 200 %."""
    from tests.engine.reasoning.scripted import Script
    from tools.reasoning_screens import ReasoningScreens

    qt = QApplication.instance()
    assert isinstance(qt, QApplication)
    settings = Settings()

    def open_window(opener: Opener) -> MainWindow:
        window = opened(opener)
        window.keeper.replace(settings)
        return window

    screens = ReasoningScreens(open_application(), open_window, shoot, wait_until, rest)
    closed(screens.no_student(text, "reasoning_none"))
    closed(screens.streaming(text, "reasoning_streaming"))
    closed(screens.written(text, "reasoning_contradicted", Script(wrong=True)))
    closed(screens.written(text, "reasoning_disagrees", Script(severity="minor")))
    closed(screens.all_explained(text, "reasoning_all"))
    closed(screens.facts(text, "reasoning_facts"))
    for name, settings in (("reasoning_dark", Settings(theme="dark")), ("reasoning_font200", Settings(font_percent=200))):
        dress(qt).apply(settings)
        closed(screens.written(text, name, Script(wrong=True)))
    dress(qt).apply(Settings())


def main() -> int:
    """Write every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    qt = QApplication(sys.argv[:1])
    dress(qt)
    sample = (ROOT / "resources" / "samples" / "sample.txt").read_text(encoding="utf-8")
    unsure = f"{sample}Xyzolumab 5 mg\nWarfarrin 5 mg\n"
    patient = Patient(age_years=74, sex="female", weight_kg=61, egfr_ml_min=38, qtc_ms=455)
    picture("sample", sample, patient=patient)
    picture("empty", "")
    picture("long", LONG_LIST)
    picture("fault", TOO_LONG)
    picture("confirm", "Warfarrin 5 mg od\nAspirin 75 mg od\nXyzolumab 5 mg")
    picture("none_found", "Paracetamol 500 mg\nAmoxicillin 500 mg")
    picture("font150", LONG_LIST, Settings(font_percent=150))
    picture("font200", sample, Settings(font_percent=200))
    picture("dark", unsure, Settings(theme="dark"))
    tabs(unsure, patient)
    states_in_between()
    exports(sample, patient)
    abstracts()
    shoot_reasoning(sample)
    return 0


if __name__ == "__main__":
    sys.exit(main())
