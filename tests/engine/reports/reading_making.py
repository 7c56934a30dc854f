"""A reading with every part, and explanations of its relations, that tests of exports and of the window are made from."""

from dataclasses import replace

from engine.explain.model import Explanation, Method, Trust
from engine.reading.model import Entity, Reading, ReadingProvenance, ReadSentence, Relation, Span

PROVENANCE = ReadingProvenance(
    application="0.1.0",
    knowledge="2026-11",
    knowledge_digest="ab" * 32,
    student="reader 1",
    student_sha256="cd" * 32,
    licence="CC BY-NC 4.0",
    non_commercial=True,
)
NOTICE = "For professionals who can check the basis themselves."
DDI = ("none", "mechanism", "effect", "advise", "int")


def names(text: str, *wanted: tuple[str, str, str | None]) -> tuple[Entity, ...]:
    """Entities of a sentence: (as written, kind, understood as), each at its first place."""
    return tuple(
        Entity(text.index(word), text.index(word) + len(word), word, kind, "both" if name else "student", 0.97, (), name)
        for word, kind, name in wanted
    )


def relation(first: int, second: int, label: str, share: float, *, abstained: bool = False) -> Relation:
    """A relation between two medicines."""
    rest = (1 - share) / (len(DDI) - 1)
    shares = tuple((one, share if one == label else rest) for one in DDI)
    return Relation(first, second, "ddi", label, share, shares, abstained)


_FIRST = "Fluconazole increased the plasma exposure of S-warfarin by inhibiting CYP2C9."
_SECOND = "Aspirin and warfarin should not be combined; xyzolumab may interact with warfarin."
_THIRD = "Изучали препарат."
TEXT = f"TITLE\n{_FIRST} {_SECOND}\n{_THIRD}"
SENTENCES = (
    ReadSentence(
        _FIRST,
        TEXT.index(_FIRST),
        names(_FIRST, ("Fluconazole", "drug", "fluconazole"), ("S-warfarin", "drug", "warfarin"), ("CYP2C9", "protein", None)),
        (
            replace(
                relation(0, 1, "mechanism", 0.998),
                direction="increase",
                object=1,
                mechanisms=("pk.metabolism",),
                knowledge="documented",
                documented=("R12",),
                severity="major",
            ),
        ),
        (Span(_FIRST.index("plasma"), _FIRST.index(" of S-"), "OUT", 0.71),),
    ),
    ReadSentence(
        _SECOND,
        TEXT.index(_SECOND),
        names(
            _SECOND, ("Aspirin", "brand", "acetylsalicylic acid"), ("warfarin", "drug", "warfarin"), ("xyzolumab", "drug", None)
        ),
        (
            replace(relation(0, 1, "advise", 0.86), knowledge="contradicted"),
            replace(relation(1, 2, "int", 0.41, abstained=True), knowledge="not_checked"),
        ),
    ),
    ReadSentence(_THIRD, TEXT.index(_THIRD), unread="it is not in English"),
)
READING = Reading(TEXT, SENTENCES, ("The last part is in another language.",), PROVENANCE, NOTICE)
NOTHING = Reading("", (), (), PROVENANCE, NOTICE)
GOOD = Trust(0.83, 0.62, 0.08, 0.05, 0.41, 0.88)
BAD = Trust(0.12, 0.02, 0.08, 0.45, 0.41, 0.3)


def words_of(text: str) -> tuple[tuple[str, ...], tuple[tuple[int, int], ...]]:
    """The words between spaces with their places."""
    found, end = [], 0
    for word in text.split():
        start = text.index(word, end)
        end = start + len(word)
        found.append((start, end))
    return tuple(text.split()), tuple(found)


def explanation(
    sentence: ReadSentence = SENTENCES[0],
    number: int = 0,
    *,
    method: Method = "lime",
    heavy: tuple[tuple[str, float], ...] = (("increased", 0.4), ("inhibiting", 0.3), ("the", -0.1)),
    stable: bool = True,
) -> Explanation:
    """An explanation of a relation: `heavy` words have these weights, all others none."""
    words, spans = words_of(sentence.text)
    asked = sentence.relations[number]
    pair = (sentence.entities[asked.first], sentence.entities[asked.second])
    fixed = tuple(any(start < one.end and one.start < end for one in pair) for start, end in spans)
    weights = tuple(dict(heavy).get(word.strip(".,;"), 0.0) for word in words)
    trust = GOOD if stable else BAD
    why = "" if stable else "unstable: the top words change from seed to seed"
    return Explanation(method, "quick", asked.label, 0, words, spans, fixed, weights, asked.probability, 212, trust, stable, why)


def read_by_the_student_alone(probability: float) -> Reading:
    """The same reading, but that no plain words say which medicine of the first statement changes."""
    first = SENTENCES[0]
    relation = replace(first.relations[0], direction_probability=probability)
    return replace(READING, sentences=(replace(first, relations=(relation, *first.relations[1:])), *SENTENCES[1:]))
