"""Licence and citation of each corpus, as a manifest and a card must name them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.students.manifest import TrainingData


@dataclass(frozen=True, slots=True)
class Origin:
    """What a source's text may be used for: `open` where its terms allow any use."""

    data: TrainingData
    open: bool = False


def _research(name: str, citation: str, licence: str = "research use, cite") -> Origin:
    return Origin(TrainingData(name=name, licence=licence, citation=citation))


def _annotated(text: Origin, what: str) -> Origin:
    """The text of a corpus with what a language model saw in it."""
    data = text.data
    told = {"name": f"{data.name}: {what}, by a large language model", "citation": f"{data.citation}; {_MODEL}"}
    return Origin(data.model_copy(update=told))


_MODEL = "Claude, 2026, after the conventions of corpora that people annotated: distill/corpora/written"
_LABELS = Origin(
    TrainingData(
        name="Annotated US labels",
        licence="US public domain",
        citation="National Library of Medicine, annotated structured product labels of cardiovascular medicines",
    ),
    open=True,
)
_BC5CDR = _research("BC5CDR", "Li et al., Database 2016, baw068")
_ADE = _research("ADE corpus v2", "Gurulingappa et al., J Biomed Inform 2012;45:885-892")
_CHEMPROT = _research("ChemProt", "Krallinger et al., BioCreative VI, 2017")
_EBM_NLP = _research("EBM-NLP", "Nye et al., ACL 2018, P18-1019")
_PUBMEDQA = Origin(TrainingData(name="PubMedQA", licence="MIT", citation="Jin et al., EMNLP 2019, D19-1259"), open=True)
_DDI = _research(
    "DDI Extraction 2013 corpus",
    "Herrero-Zazo et al., J Biomed Inform 2013;46:914-920",
    "CC BY-NC 4.0: not for commercial use",
)
# Not open, though of this project: the model was shown sentences of the DDI corpus, whose terms are not.
_WRITTEN = Origin(
    TrainingData(name="Sentences and types of their pairs, by a large language model", licence="of this project", citation=_MODEL)
)
_TEXT = _research("Biomedical sentences without labels", "research corpora", "research use")
_DIKB = _research("Drug Interaction Knowledge Base", "Boyce et al., J Biomed Inform 2009;42:979-989", "public research data")


def _as_they_are(names: str, *corpora: Origin) -> Origin:
    """Sentences of corpora, and sentences without labels; the terms are those of the first."""
    cited = "; ".join(one.data.citation for one in (*corpora, _TEXT))
    return _research(f"{names} and sentences without labels", cited, corpora[0].data.licence)


_OF_CORPORA: dict[str, Origin] = {
    "ddi": _DDI,
    "ddi-directions": _annotated(_DDI, "directions of pairs"),
    "bc5cdr": _BC5CDR,
    "ncbi": _research("NCBI disease corpus", "Dogan et al., J Biomed Inform 2014;47:1-10"),
    "chemprot": _CHEMPROT,
    "ade": _ADE,
    "ebm-nlp": _EBM_NLP,
    "labels": _LABELS,
    "label-text": _LABELS,
    "pubmedqa": _PUBMEDQA,
    "written": _WRITTEN,
    "written-directions": _WRITTEN,
    "written-roles": _WRITTEN,
    "written-effects": _WRITTEN,
    "labels-typed": _annotated(_LABELS, "types of pairs"),
    "bc5cdr-typed": _annotated(_BC5CDR, "types of pairs"),
    "ade-typed": _annotated(_ADE, "types of pairs"),
    "ade-names": _annotated(_ADE, "names"),
    "pubmedqa-names": _annotated(_PUBMEDQA, "names"),
    "chemprot-names": _annotated(_CHEMPROT, "names"),
    "ebm-nlp-names": _annotated(_EBM_NLP, "names"),
    "bc5cdr-drugs": _annotated(_BC5CDR, "names of medicines"),
    "ade-drugs": _annotated(_ADE, "names of medicines"),
    "effects": _annotated(_as_they_are("BC5CDR, EBM-NLP, ADE corpus v2", _BC5CDR, _EBM_NLP, _ADE), "adverse effects"),
    "interactions": _annotated(_as_they_are("EBM-NLP, ChemProt", _EBM_NLP, _CHEMPROT), "types of pairs"),
    "roles": _annotated(
        _as_they_are(
            "DDI Extraction 2013 corpus, BC5CDR, EBM-NLP, ADE corpus v2, DIKB, annotated US labels",
            *(_DDI, _BC5CDR, _EBM_NLP, _ADE, _DIKB, _LABELS),
        ),
        "roles of enzymes and transporters",
    ),
    "dikb-typed": _annotated(_DIKB, "names of medicines and types of pairs"),
    "text-typed": _annotated(_TEXT, "names of medicines and types of pairs"),
    "text": _TEXT,
}
# The text of a corpus without its labels has the terms of the corpus.
_ORIGINS = _OF_CORPORA | {
    f"{name}-text": _OF_CORPORA[name] for name in ("ddi", "bc5cdr", "ncbi", "chemprot", "ade", "ebm-nlp", "pubmedqa")
}


def data_of(sources: Iterable[str]) -> tuple[Origin, ...]:
    """Origins of sources, in their order.

    Raises:
        KeyError: a source has none: no student of it may be written.
    """
    return tuple(dict.fromkeys(_ORIGINS[name] for name in sources))
