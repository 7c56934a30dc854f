"""How nodes and edges look: the colour of a class, legible in light and dark; its word or letter stands on the edge as well."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QPalette, QPen

from desktop.abstract.network.data import NetworkData, NetworkEdge, NodeKind
from desktop.abstract.relations_words import class_words, percent_words
from desktop.widgets.contrast import legible

# Apart from each other for those who see few colours; each edge has its word too.
_COLOURS: dict[tuple[str, str], str] = {
    ("ddi", "mechanism"): "#0072b2",
    ("ddi", "effect"): "#b34700",
    ("ddi", "advise"): "#007a5a",
    ("ddi", "int"): "#7a5195",
    ("ade", "adverse_effect"): "#a3195b",
}
_OTHERS = ("#5b6b00", "#8a5a00", "#3f5aa8", "#00727f", "#8b3a3a")
_LEAST_WIDTH, _MOST_WIDTH = 1.2, 5.0
# On a line there is room for a word or two.
_SHORT: dict[tuple[str, str], str] = {("ddi", "effect"): "Effect", ("ddi", "int"): "Interaction"}
# Beyond so many edges, whole words would lie over each other: a letter stands for the class, and the legend names it.
MOST_WORDS = 24


def edge_colour(edge: NetworkEdge, palette: QPalette) -> QColor:
    """The colour of an edge's class on the palette's base."""
    known = _COLOURS.get((edge.task, edge.label))
    # The same colour in each session, which Python's own hash is not.
    colour = known or _OTHERS[sum(edge.label.encode()) % len(_OTHERS)]
    return legible(QColor(colour), palette.color(QPalette.ColorRole.Base))


def edge_pen(edge: NetworkEdge, palette: QPalette) -> QPen:
    """Colour by class, width by probability, dashed where the relation is unsure."""
    width = _LEAST_WIDTH + (_MOST_WIDTH - _LEAST_WIDTH) * min(1.0, max(0.0, edge.probability))
    style = Qt.PenStyle.DashLine if edge.unsure else Qt.PenStyle.SolidLine
    return QPen(edge_colour(edge, palette), width, style, Qt.PenCapStyle.FlatCap)


def _short_words(task: str, label: str) -> str:
    known = _SHORT.get((task, label))
    return QCoreApplication.translate("Network", known) if known is not None else class_words(task, label)


def class_letters(data: NetworkData) -> dict[tuple[str, str], str]:
    """A short sign for each class, the same for no two: as many letters as that needs."""
    classes = dict.fromkeys((edge.task, edge.label) for edge in data.edges)
    found: dict[tuple[str, str], str] = {}
    for one in sorted(classes):
        words = class_words(*one)
        length = next((n for n in range(1, len(words)) if words[:n] not in found.values()), len(words))
        found[one] = words[:length]
    return found


def edge_tags(data: NetworkData) -> tuple[str, ...]:
    """What stands on each edge: its class in words, or in letters where there are many; "?" where it is unsure."""
    letters = class_letters(data) if len(data.edges) > MOST_WORDS else {}
    tags = []
    for edge in data.edges:
        words = edge.tag or letters.get((edge.task, edge.label)) or _short_words(edge.task, edge.label)
        tags.append(f"{words} ?" if edge.unsure else words)
    return tuple(tags)


def node_words(kind: NodeKind) -> str:
    """What sort of node this is."""
    translate = QCoreApplication.translate
    return {
        "medicine": translate("Network", "medicine"),
        "disease": translate("Network", "disease"),
        "protein": translate("Network", "protein"),
        "other": translate("Network", "other name"),
    }[kind]


def edge_title(data: NetworkData, edge: NetworkEdge) -> str:
    """The two names of an edge, in one line."""
    names = {node.key: node.name for node in data.nodes}
    return QCoreApplication.translate("Network", "{0} and {1}").format(names[edge.first], names[edge.second])


def edge_words(data: NetworkData, edge: NetworkEdge) -> str:
    """Class, probability and what else is said of an edge, in one line."""
    translate = QCoreApplication.translate
    if edge.words:
        return edge.words
    share = percent_words(edge.probability)
    parts = [class_words(edge.task, edge.label), translate("Network", "unsure, {0}").format(share) if edge.unsure else share]
    if edge.changes is not None:
        name = next(node.name for node in data.nodes if node.key == edge.changes)
        parts.append(translate("Network", "exposure or effect of {0} changes").format(name))
    return "; ".join([*parts, edge.note] if edge.note else parts)


def legend(data: NetworkData) -> str:
    """How to read the picture, as plain text."""
    translate = QCoreApplication.translate
    usual = translate(
        "Network", "A line joins two names of which a sentence states something. It is the wider, the more probable."
    )
    parts = [
        data.lines or usual,
        translate("Network", "Dashed, with a question mark: unsure, not to be relied on."),
    ]
    if any(edge.changes is not None for edge in data.edges):
        parts.append(translate("Network", "An arrow points to the one whose exposure or effect changes by plain words."))
    if any(node.kind != "medicine" for node in data.nodes):
        parts.append(translate("Network", "Round corners: medicines; sharp corners: other names."))
    if len(data.edges) > MOST_WORDS and not any(edge.tag for edge in data.edges):
        letters = ", ".join(f"{letter}: {class_words(*one)}" for one, letter in class_letters(data).items())
        parts.append(translate("Network", "Letters on lines: {0}.").format(letters))
    parts.append(translate("Network", "No line is no proof that there is no interaction."))
    return " ".join([*parts, data.left_out] if data.left_out else parts)
