"""What can be wrong with a window's looks, found on the real thing: clipped texts, overlapping parts, faint texts.

Each function returns sentences, so that a failing test says where.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSplitterHandle,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QTableView,
    QToolBar,
    QWidget,
)

from desktop.widgets.contrast import LEAST_CONTRAST, contrast

# Drawing smooths the edges of letters; the middle of a stroke of a small letter may miss its colour by a little.
_SMOOTHED = 0.5
# WCAG 2.1 asks nothing of parts that cannot be used; here they must still be readable.
_LEAST_DISABLED = 3.0


def visible(root: QWidget) -> Iterator[QWidget]:
    """Every widget below `root` that is shown, `root` left out."""
    for widget in root.findChildren(QWidget):
        if widget.isVisibleTo(root) and widget.window() is root.window() and not widget.size().isEmpty():
            yield widget


def _name(widget: QWidget) -> str:
    said = widget.accessibleName()
    if isinstance(widget, QLabel | QAbstractButton):
        said = widget.text()
    return f"{type(widget).__name__} “{said[:60]}” {widget.width()}×{widget.height()}"


def _visible_text(text: str) -> str:
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def _needed_by_label(label: QLabel) -> QSize:
    if not label.wordWrap():
        return label.sizeHint()
    return QSize(0, label.heightForWidth(label.width()))


def _clipped(widget: QWidget) -> bool:
    metrics = widget.fontMetrics()
    if isinstance(widget, QLabel):
        if not widget.text():
            return False
        needed = _needed_by_label(widget)
        widest = 0
        if widget.textFormat() is Qt.TextFormat.PlainText and widget.wordWrap():
            # As it is drawn: a label of ours hides the places at which a path may break.
            drawn = QLabel.text(widget).replace("\u200b", " ")
            widest = max((metrics.horizontalAdvance(word) for word in drawn.split()), default=0)
        return needed.height() > widget.height() or max(needed.width(), widest) > widget.width()
    if isinstance(widget, QComboBox):
        option = QStyleOptionComboBox()
        widget.initStyleOption(option)
        field = widget.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, widget
        )
        return metrics.horizontalAdvance(widget.currentText()) > field.width() + 2 or metrics.height() > widget.height()
    if isinstance(widget, QAbstractButton):
        text = _visible_text(widget.text())
        if not text:
            return False
        lines = text.split("\n")
        wide = max(metrics.horizontalAdvance(line) for line in lines)
        return wide > widget.width() or metrics.height() * len(lines) > widget.height()
    if isinstance(widget, QTabBar):
        return any(
            metrics.horizontalAdvance(_visible_text(widget.tabText(number))) > widget.tabRect(number).width()
            or metrics.height() > widget.tabRect(number).height()
            for number in range(widget.count())
        )
    if isinstance(widget, QLineEdit):
        inner = widget.width() - 2 * (widget.style().pixelMetric(QStyle.PixelMetric.PM_DefaultFrameWidth) + 2)
        shown = "" if widget.text() else widget.placeholderText()
        return metrics.horizontalAdvance(shown) > inner or metrics.height() > widget.height()
    if isinstance(widget, QGroupBox):
        return metrics.horizontalAdvance(_visible_text(widget.title())) > widget.width()
    return False


def _outside(widget: QWidget) -> bool:
    """Whether a part of the widget can never be seen: beyond its parent, where nothing scrolls."""
    parent = widget.parentWidget()
    if parent is None or widget.isWindow():
        return False
    area = parent.parentWidget()
    if isinstance(area, QAbstractScrollArea) and area.viewport() is parent:
        if not isinstance(area, QScrollArea):
            return False
        sideways = area.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        return sideways and widget.width() > parent.width()
    # A mirrored splitter places its first part one pixel over its own edge.
    return not parent.rect().adjusted(-1, -1, 1, 1).contains(widget.geometry())


def clipped(root: QWidget) -> list[str]:
    """Texts that do not fit their widget, and widgets that do not fit their place."""
    wrong = [f"clipped text: {_name(widget)}" for widget in visible(root) if _clipped(widget)]
    inner = (QAbstractItemView, QHeaderView, QTabBar, QToolBar)
    wrong += [
        f"outside its place: {_name(widget)}"
        for widget in visible(root)
        if _outside(widget) and not isinstance(widget.parentWidget(), inner)
    ]
    for view in visible(root):
        if isinstance(view, QAbstractItemView):
            wrong += [f"clipped row of {_name(view)}: {index.data()}" for index in _seen_rows(view) if _row_clipped(view, index)]
    return wrong


def _seen_rows(view: QAbstractItemView) -> Iterator[QModelIndex]:
    """The rows that lie wholly in what can be seen of a list or tree; a table's cells belong to its own test."""
    if isinstance(view, QTableView):
        return
    inside = view.viewport().rect()
    index = view.indexAt(QPoint(inside.center().x(), 1))
    while index.isValid():
        place = view.visualRect(index)
        if place.top() >= inside.bottom():
            return
        if place.top() >= 0 and place.bottom() <= inside.bottom():
            yield index
        below = view.indexAt(QPoint(inside.center().x(), place.bottom() + 2))
        if below == index:
            return
        index = below


def _row_clipped(view: QAbstractItemView, index: QModelIndex) -> bool:
    place = view.visualRect(index)
    return view.sizeHintForIndex(index).height() > place.height() or place.right() > view.viewport().width()


def overlapping(root: QWidget) -> list[str]:
    """Siblings that lie over each other."""
    wrong = []
    for parent in (root, *visible(root)):
        if isinstance(parent, QAbstractScrollArea | QTabBar | QComboBox | QLineEdit):
            continue
        children = [
            child
            for child in parent.children()
            if isinstance(child, QWidget)
            and child.isVisibleTo(root)
            and not child.isWindow()
            and not child.size().isEmpty()
            and not isinstance(child, QSplitterHandle)
        ]
        for one, other in combinations(children, 2):
            both = one.geometry().intersected(other.geometry())
            if not both.isEmpty():
                wrong.append(f"{_name(one)} lies over {_name(other)} by {both.width()}×{both.height()}")
    return wrong


def most_contrast(image: QImage) -> float:
    """Largest contrast between the commonest colour of an image and any other colour that is no single stray pixel."""
    shades: Counter[int] = Counter()
    for y in range(image.height()):
        for x in range(image.width()):
            shades[image.pixel(x, y)] += 1
    behind = QColor.fromRgb(shades.most_common(1)[0][0])
    return max((contrast(QColor.fromRgb(shade), behind) for shade in shades), default=1.0)


def _picture(root: QWidget, whole: QImage, widget: QWidget) -> QImage:
    place = QRect(widget.mapTo(root, QPoint(0, 0)), widget.size())
    # Only what can be seen: a scrolled part has no pixels.
    parent = widget.parentWidget()
    while parent is not None and parent is not root:
        place = place.intersected(QRect(parent.mapTo(root, QPoint(0, 0)), parent.size()))
        parent = parent.parentWidget()
    return whole.copy(place.intersected(whole.rect())) if not place.isEmpty() else QImage()


def _has_own_text(widget: QWidget) -> bool:
    if isinstance(widget, QLabel | QAbstractButton):
        return bool(_visible_text(widget.text()).strip())
    if isinstance(widget, QComboBox):
        return bool(widget.currentText())
    return isinstance(widget, QLineEdit) and bool(widget.text() or widget.placeholderText())


def faint(root: QWidget) -> list[str]:
    """Texts whose drawn letters stand out too little from what is drawn behind them."""
    whole = root.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    wrong = []
    for widget in visible(root):
        if not _has_own_text(widget):
            continue
        picture = _picture(root, whole, widget)
        if picture.width() < 4 or picture.height() < widget.fontMetrics().height() // 2:
            continue
        found = most_contrast(picture)
        if found < (LEAST_CONTRAST if widget.isEnabled() else _LEAST_DISABLED) - _SMOOTHED:
            wrong.append(f"contrast {found:.1f}: {_name(widget)}")
    for view in visible(root):
        if isinstance(view, QAbstractItemView):
            whole_view = view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
            for index in _seen_rows(view):
                found = most_contrast(whole_view.copy(view.visualRect(index)))
                if found < LEAST_CONTRAST - _SMOOTHED:
                    wrong.append(f"contrast {found:.1f}: row {index.data()}")
    return wrong
