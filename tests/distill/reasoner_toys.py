"""A few training items whose label one word decides, for tests of the reasoner."""

from distill.corpora.pairs import PairSplit
from distill.rationales.items import ItemFile, TrainingItem
from engine.reasoning.language import Answer, Label, ReasonedStep, write_answer

TARGETS = ("CYP3A4", "CYP2D6", "CYP1A2")
_CODES = (
    *("pair", "answer", "end", "step:management", "together", "F1", "F2", "F3", "A", "B"),
    *("inhibitor", "inducer", "substrate", "strong", "weak", "moderate", "sensitive", *TARGETS),
    *("inhibition", "induction", "increase", "decrease", "step:pk.metabolism", "step:net_effect"),
    *(f"severity:{one}" for one in ("contraindicated", "major", "moderate", "minor", "none")),
    *(f"direction:{one}" for one in ("A_increase", "A_decrease", "B_increase", "B_decrease", "both", "none")),
    *(f"mechanism:{one}" for one in ("pk.metabolism", "pd.additive", "none")),
    *("effect:object_toxicity", "do:monitor"),
)
TOY_VOCABULARY = tuple(f"<{code}>" for code in _CODES)


def toy_item(target: str, strength: str, split: PairSplit = "train", stage: int = 0) -> TrainingItem:
    """An inhibitor and a substrate: major where it is strong, none where it is weak."""
    prompt = f"pair F1 A inhibitor {target} {strength} F2 B substrate {target} sensitive answer"
    nothing = strength == "weak"
    label = Label("none", "none", "none") if nothing else Label("major", "B_increase", "pk.metabolism")
    step = ReasonedStep("pk.metabolism", target, ("F1", "F2"), "inhibition", "B", "increase")
    net = ReasonedStep("net_effect", "object_toxicity", ("F1", "F2"), None, "B", "increase")
    answers = [Answer(label, ())] if nothing else [Answer(label, (step, net), ("monitor",)), Answer(label, (step,), ("monitor",))]
    return TrainingItem(
        f"{target}+{strength}",
        "pair",
        split,
        False,
        tuple(f"<{code}>" for code in prompt.split()),
        tuple(write_answer(answer) for answer in answers),
        {"none": 1.0} if nothing else {"major": 0.8, "moderate": 0.2},
        {label.direction: 1.0},
        {label.mechanism: 1.0},
        stage=stage,
    )


def toy_file() -> ItemFile:
    """Items to train on and to measure by."""
    learned = [toy_item(target, strength, stage=int(strength == "weak")) for target in TARGETS for strength in ("strong", "weak")]
    asked = [toy_item(target, strength, "development") for target in TARGETS for strength in ("strong", "weak")]
    return ItemFile(TOY_VOCABULARY, (*learned * 4, *asked), "0" * 64)
