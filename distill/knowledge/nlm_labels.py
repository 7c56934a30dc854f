"""Reader of FDA labels annotated by the US National Library of Medicine: drugs with RxNorm codes, interactions.

One XML file a label. A mention may be discontinuous (`4:14|30:54`). Interactions are annotated as a trigger
with its precipitants, objects, contexts, severity and evidence; a participant may stand in an earlier sentence
or be the label's own drug. In some files offsets have slipped; a mention whose text is not at its offsets is
kept and marked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from engine.errors import InputError

LABEL_DRUG = "labelDrug"
_ID_PREFIX = "Dailymed."
_NO_CODE = "NA"


@dataclass(frozen=True, slots=True)
class Mention:
    """An annotated stretch of a sentence: `spans` are (start, end) offsets in characters of its text.

    `kind` is the file's type (Drug, Drug_Class, Substance, Biomedical_Entity, SPAN, …_Interaction). `rxnorm`
    holds the codes in the file's order, without 'NA'. `aligned` is False where the sentence does not hold
    `text` at its offsets.
    """

    id: str
    text: str
    kind: str
    spans: tuple[tuple[int, int], ...]
    rxnorm: tuple[str, ...]
    aligned: bool


@dataclass(frozen=True, slots=True)
class Interaction:
    """One annotated interaction: mention ids, or 'labelDrug' for the label's own drug.

    `kind` is the trigger's type (Specific_, Caution_, Increase_ or Decrease_Interaction), '' where the trigger
    is not a mention of the sentence.
    """

    id: str
    kind: str
    trigger: str
    precipitants: tuple[str, ...]
    objects: tuple[str, ...]
    contexts: tuple[str, ...]
    severities: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two mentions, or the label's drug and a mention: does the sentence state an interaction between them?"""

    first: str
    second: str
    interacts: bool
    kind: str
    trigger: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a label. `locator_id` is the part of the id after the label's own (`s.11`)."""

    id: str
    locator_id: str
    text: str
    mentions: tuple[Mention, ...]
    interactions: tuple[Interaction, ...]
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """One label. `label_drug` is the name under which it is sold, `generic` its ingredients as written."""

    set_id: str
    label_drug: str
    generic: str
    sentences: tuple[Sentence, ...]

    def sentence(self, locator_id: str) -> Sentence:
        """The sentence `s.N`. Raises KeyError where the label has none."""
        for sentence in self.sentences:
            if sentence.locator_id == locator_id:
                return sentence
        raise KeyError(locator_id)


def _required(element: etree._Element, attribute: str, where: str) -> str:
    value = element.get(attribute)
    if value is None:
        raise InputError(f"{where} has a {element.tag} without {attribute}.")
    return value


def _spans(written: str, length: int, where: str) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    for part in written.split("|"):
        start, colon, end = part.partition(":")
        if not (colon and start.isdecimal() and end.isdecimal() and int(start) < int(end) <= length):
            raise InputError(f"{where} has a mention with the offsets {written}.")
        spans.append((int(start), int(end)))
    return tuple(spans)


def _mention(element: etree._Element, sentence: str, where: str) -> Mention:
    text = _required(element, "text", where)
    spans = _spans(_required(element, "charOffset", where), len(sentence), where)
    found = " ".join(sentence[start:end] for start, end in spans)
    codes = (code.get("RxCui", "") for code in element.iterfind("Normalization/RxNorm"))
    return Mention(
        id=_required(element, "id", where),
        text=text,
        kind=_required(element, "type", where),
        spans=spans,
        rxnorm=tuple(dict.fromkeys(code for code in codes if code and code != _NO_CODE)),
        aligned=found.casefold().split() == text.casefold().split(),
    )


def _participants(interaction: etree._Element, role: str, where: str) -> tuple[str, ...]:
    found: list[str] = []
    for relation in interaction.iterfind("relations/relation"):
        if relation.get("type") != role:
            continue
        if relation.find(LABEL_DRUG) is not None:
            found.append(LABEL_DRUG)
        # A participant of an earlier sentence stands inside the quoted sentence, others in the relation.
        found.extend(_required(entity, "id", where) for entity in relation.iter("entity"))
    return tuple(dict.fromkeys(found))


def _interactions(sentence: etree._Element, kinds: dict[str, str], where: str) -> Iterator[Interaction]:
    for element in sentence.iterfind("drugInteraction"):
        for interaction in element.iterfind("interaction"):
            trigger = _required(interaction, "trigger", where)
            yield Interaction(
                id=_required(element, "id", where),
                kind=kinds.get(trigger, ""),
                trigger=trigger,
                precipitants=_participants(interaction, "hasPrecipitant", where),
                objects=_participants(interaction, "hasObject", where),
                contexts=_participants(interaction, "hasContext", where),
                severities=_participants(interaction, "hasSeverity", where),
                evidence=_participants(interaction, "hasEvidence", where),
            )


def _sentence(element: etree._Element, set_id: str, where: str) -> Sentence:
    identity = _required(element, "id", where)
    prefix = f"{_ID_PREFIX}{set_id}."
    if not identity.startswith(prefix):
        raise InputError(f"{where} has a sentence that belongs to another label.")
    text = _required(element, "text", where)
    mentions = tuple(_mention(entity, text, where) for entity in element.iterfind("entity"))
    return Sentence(
        id=identity,
        locator_id=identity.removeprefix(prefix),
        text=text,
        mentions=mentions,
        interactions=tuple(_interactions(element, {m.id: m.kind for m in mentions}, where)),
        pairs=tuple(
            Pair(
                first=_required(pair, "e1", where),
                second=_required(pair, "e2", where),
                interacts=_required(pair, "ddi", where) == "true",
                kind=pair.get("type", ""),
                trigger=pair.get("trigger", ""),
            )
            for pair in element.iterfind("pair")
        ),
    )


def read_label_bytes(content: bytes, where: str) -> Label:
    """One annotated label. `where` names the file in errors.

    Raises InputError where the XML is not well formed, an attribute that the format requires is absent, or
    offsets lie outside their sentence.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as fault:
        raise InputError(f"{where} is not well-formed XML.") from fault
    if root.tag != "document":
        raise InputError(f"{where} is not an annotated label.")
    drug, generic = root.find(LABEL_DRUG), root.find("generic")
    if drug is None or generic is None:
        raise InputError(f"{where} does not name its drug.")
    set_id = _required(root, "setID", where)
    return Label(
        set_id=set_id,
        label_drug=_required(drug, "name", where),
        generic=_required(generic, "name", where),
        sentences=tuple(_sentence(element, set_id, where) for element in root.iterfind("sentence")),
    )


def read_label(path: Path) -> Label:
    """The annotated label in the file at `path`. Raises InputError as `read_label_bytes` does."""
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise InputError(f"The annotated label {path.name} cannot be read.") from fault
    return read_label_bytes(content, path.name)


def read_labels(folder: Path) -> tuple[Label, ...]:
    """Every annotated label (`*.xml`) of a folder, by file name.

    Raises InputError where the folder holds none, or where one is damaged.
    """
    labels = tuple(read_label(path) for path in sorted(folder.glob("*.xml")))
    if not labels:
        raise InputError(f"The folder {folder.name} holds no annotated labels.")
    return labels
