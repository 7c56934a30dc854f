"""The network of one reading: every medicine of the text, and the other names that a relation joins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from desktop.abstract.choice import of_medicines
from desktop.abstract.network.data import NetworkData, NetworkEdge, NetworkNode, NodeKind
from desktop.abstract.relations_words import knowledge_words

if TYPE_CHECKING:
    from engine.reading.model import Entity, Reading, ReadSentence, Relation

_KINDS: dict[str, NodeKind] = {
    "drug": "medicine",
    "brand": "medicine",
    "group": "medicine",
    "disease": "disease",
    "protein": "protein",
}


def _key(entity: Entity) -> str:
    """The same substance is one node, whatever it is called; what is not known is told by its letters."""
    return "+".join(entity.substance_ids) or (entity.name or entity.text).casefold()


def _node(entity: Entity) -> NetworkNode:
    return NetworkNode(
        _key(entity), entity.name or entity.text, _KINDS.get(entity.kind, "other"), known=bool(entity.substance_ids)
    )


def network_of(reading: Reading, *, medicines_only: bool = False) -> NetworkData:
    """Nodes in the order of the text; edges by the place of their relation.

    `medicines_only` leaves out what joins a medicine with a disease or a protein, and says how many lines these are.
    """
    nodes: dict[str, NetworkNode] = {}
    edges = []
    hidden = 0
    for place, sentence in enumerate(reading.sentences):
        drawn = [
            (number, relation)
            for number, relation in enumerate(sentence.relations)
            if of_medicines(relation) or not medicines_only
        ]
        hidden += len(sentence.relations) - len(drawn)
        joined = {number for _place, relation in drawn for number in (relation.first, relation.second)}
        for number, entity in enumerate(sentence.entities):
            if number in joined or _KINDS.get(entity.kind) == "medicine":
                nodes.setdefault(_key(entity), _node(entity))
        edges += [_edge((place, number), sentence, relation) for number, relation in drawn]
    left_out = ""
    if hidden:
        words = QCoreApplication.translate("Network", "Not drawn: {0} with a disease or a protein.")
        left_out = words.format(hidden)
    return NetworkData(tuple(nodes.values()), tuple(edges), left_out)


def _edge(key: tuple[int, int], sentence: ReadSentence, relation: Relation) -> NetworkEdge:
    plain = relation.direction_probability is None
    return NetworkEdge(
        key,
        _key(sentence.entities[relation.first]),
        _key(sentence.entities[relation.second]),
        relation.task,
        relation.label,
        relation.probability,
        relation.abstained,
        # An arrow says more than a student that is fairly sure.
        _key(sentence.entities[relation.object]) if relation.object is not None and plain else None,
        QCoreApplication.translate("Network", "sentence {0}; knowledge here: {1}").format(
            key[0] + 1, knowledge_words(relation.knowledge)
        ),
    )
