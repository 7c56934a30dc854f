"""Direction and mechanism: stated where the words state them, the outcome rather than the verb, and nothing where in doubt."""

from __future__ import annotations

import re

import pytest

from engine.application import Application
from engine.reading.cues import SentenceCues

_NAME = re.compile(r"<([^>]+)>")


def cues(application: Application, marked: str) -> SentenceCues:
    """Of a sentence whose medicines stand between "<" and ">"."""
    names: list[tuple[int, int, str]] = []
    text, at = "", 0
    for match in _NAME.finditer(marked):
        text += marked[at : match.start()]
        names.append((len(text), len(text) + len(match.group(1)), match.group(1).casefold()))
        text, at = text + match.group(1), match.end()
    return SentenceCues(application.lexicon.cues, text + marked[at:], names)


def stated(application: Application, marked: str, first: int = 0, second: int = 1) -> tuple[int | None, str | None]:
    found = cues(application, marked).stated(first, second)
    return found.object, found.direction


@pytest.mark.parametrize(
    ("sentence", "obj", "direction"),
    [
        ("<Cimetidine> increases the plasma levels of <phenytoin>.", 1, "increase"),
        ("<Cimetidine> inhibits the metabolism of <phenytoin>.", 1, "increase"),
        ("<Cimetidine> decreased the clearance of <phenytoin> by 20%.", 1, "increase"),
        ("<Rifampicin> induces <warfarin> metabolism.", 1, "decrease"),
        ("<Rifampicin> increased the clearance of <warfarin>.", 1, "decrease"),
        ("The clearance of <theophylline> was reduced by <fluvoxamine>.", 0, "increase"),
        ("<Phenytoin> levels may be increased by <aspirin>.", 0, "increase"),
        ("<Antacids> interfere with the absorption of <ciprofloxacin>.", 1, "decrease"),
        ("Coadministration of <esomeprazole> and <diazepam> resulted in a 45% decrease in clearance of diazepam.", None, None),
        ("<Esomeprazole> resulted in a 45% decrease in the clearance of <diazepam>.", 1, "increase"),
        ("Elevated plasma levels of <theophylline> have been reported with concomitant <enoxacin> use.", 0, "increase"),
        ("The AUC of <clonazepam> was 10% lower when given with <propantheline>.", 0, "decrease"),
        ("<NSAIDs> may diminish the antihypertensive effect of <captopril>.", 1, "decrease"),
        ("<Phenothiazines> potentiate <morphine>.", 1, "increase"),
        (
            "Drugs that inhibit CYP2D6, such as <quinidine>, might increase the plasma concentrations of <flecainide>.",
            1,
            "increase",
        ),
        ("Drugs that may increase plasma <phenytoin> concentrations include: <cimetidine>.", 0, "increase"),
        ("<Omeprazole> can prolong the elimination of <diazepam>.", 1, "increase"),
        ("The half-life of <diazepam> was prolonged by <omeprazole>.", 0, "increase"),
        ("In the presence of <cimetidine>, the clearance of <gabapentin> fell by 14%.", 1, "increase"),
        ("<Digoxin> levels were 50% higher after <quinidine> than with concomitant placebo.", 0, "increase"),
        ("<Digoxin> levels were higher during <amiodarone> than before.", 0, "increase"),
        ("The trough level of <dolutegravir> was 85% lower with <rifampicin> than without.", 0, "decrease"),
        ("<Antacids> reduced the absorption of <ciprofloxacin> less when given 4 hours before than at once.", 1, "decrease"),
    ],
)
def test_the_outcome_is_stated(application: Application, sentence: str, obj: int | None, direction: str | None) -> None:
    assert stated(application, sentence) == (obj, direction)


def test_what_is_denied_is_not_the_same_as_silence(application: Application) -> None:
    assert cues(application, "<Ranitidine> rarely increased levels of <theophylline>.").stated(0, 1).withheld
    assert cues(application, "The increase in <digoxin> levels was prevented by <rifampicin>.").stated(0, 1).withheld


def test_what_two_statements_say_differently_is_not_the_same_as_silence(application: Application) -> None:
    both = "<Ritonavir> increases the levels of <theophylline>; <ritonavir> decreases the levels of <theophylline>."
    assert cues(application, both).stated(0, 1).withheld
    assert not cues(application, "<Ritonavir> and <theophylline> were given.").stated(0, 1).withheld


def test_a_list_shares_its_direction_and_has_none_within(application: Application) -> None:
    sentence = "<Fluconazole> reduces the metabolism of <tolbutamide>, <glyburide>, and <glipizide>."
    assert [stated(application, sentence, 0, place) for place in (1, 2, 3)] == [(place, "increase") for place in (1, 2, 3)]
    assert stated(application, sentence, 1, 2) == (None, None)


def test_names_of_two_clauses_are_no_list(application: Application) -> None:
    unlike = "Unlike <cimetidine>, <ranitidine> increased plasma levels of <theophylline>."
    assert stated(application, unlike, 0, 2) == (None, None)
    clauses = "<Theophylline> increases the clearance of <lithium>, and <ibuprofen> reduces it."
    assert stated(application, clauses, 0, 2) == (None, None)
    bracket = "Inducers (<rifampicin>, <phenytoin>) decrease plasma levels of <warfarin>."
    assert [stated(application, bracket, place, 2) for place in (0, 1)] == [(2, "decrease"), (2, "decrease")]


def test_two_mentions_of_one_medicine_share_what_is_said(application: Application) -> None:
    sentence = "<Esomeprazole> and <diazepam> together resulted in a decrease in the clearance of <diazepam>."
    assert stated(application, sentence, 0, 1) == (1, "increase")
    assert stated(application, sentence, 0, 2) == (2, "increase")


@pytest.mark.parametrize(
    "sentence",
    [
        "<Cimetidine> did not increase the plasma levels of <phenytoin>.",
        "The levels of <phenytoin> were unchanged by <cimetidine>.",
        "<Cimetidine> had no effect on the clearance of <phenytoin>.",
        "Discontinuation of <cimetidine> may decrease the plasma levels of <imipramine>.",
        "<Cimetidine> may alter the levels of <phenytoin>.",
        "<Cimetidine> and <phenytoin> were given.",
        "<Hormones> may decrease the clearance of some drugs and increase the clearance of others (<lorazepam>).",
        "There are reports of enhanced as well as diminished effects of <anticoagulants> when given with <corticosteroids>.",
        "The potentiating action of <hydroxyzine> must be considered when it is used with <narcotics>.",
        "<Saquinavir> AUC and Cmin were increased 21% and decreased 48%, respectively, by <amprenavir>.",
        "The dose of <digoxin> should be reduced when given with <quinidine>.",
        "<Cimetidine> increased the risk of bleeding on <warfarin>.",
        "<Rifampicin> attenuated the increase in <digoxin> concentrations.",
        "<Colestyramine> reduced the rise in plasma <warfarin> levels.",
        "<Charcoal> prevented elevated levels of <digoxin>.",
        "<Probenecid> blocked the increase in plasma <methotrexate> levels.",
        "<Fluconazole> protects against a decrease in <phenytoin> levels.",
        "Reduced <levodopa> efficacy was restored with <entacapone>.",
        "Levels of <warfarin> increased after removal of <rifampicin>.",
        "Levels of <warfarin> increased after the last dose of <rifampicin>.",
        "<Ranitidine> was excluded as a cause of increased levels of <theophylline>.",
        "<Warfarin> levels were lower when it was taken before <cholestyramine> than with it.",
        "<Warfarin> levels were higher when it was given 4 hours before <cholestyramine> than when both were given together.",
        "The AUC of <raltegravir> was higher when given 2 hours before <calcium carbonate> than when given simultaneously.",
        "<Levothyroxine> levels were higher when taken four hours apart from <calcium carbonate> compared with both at once.",
        "The increase in <cyclosporine> levels was prevented by <rifampicin>.",
        "The decrease in <warfarin> levels was counteracted by <amiodarone>.",
        "The reduction in <theophylline> levels was offset by <cimetidine>.",
        "The rise in levels of <metoprolol> was masked by <rifampicin>.",
        "Increased concentrations of <estradiol> were required with <phenytoin>.",
        "Lower levels of <warfarin> sufficed with <amiodarone>.",
        "The label wrongly states that <azithromycin> increases levels of <digoxin>.",
        "<Antacids> prolonged the absorption of <digoxin>.",
        "<Ranitidine> rarely increased levels of <theophylline>.",
        "Unlike <cimetidine>, ranitidine increased plasma levels of <theophylline>.",
        "",
    ],
)
def test_where_in_doubt_nothing_is_stated(application: Application, sentence: str) -> None:
    made = cues(application, sentence)
    if sentence:
        found = made.stated(0, 1)
        assert (found.object, found.direction) == (None, None)


@pytest.mark.parametrize(
    ("sentence", "label", "kinds"),
    [
        ("<Cimetidine> inhibits the metabolism of <phenytoin>.", "mechanism", ("pk.metabolism",)),
        ("<Probenecid> reduces the renal clearance of <methotrexate>.", "mechanism", ("pk.excretion",)),
        ("<Antacids> reduce the absorption of <ciprofloxacin>.", "mechanism", ("pk.absorption",)),
        ("<Quinidine> inhibits P-glycoprotein and raises <digoxin>.", "mechanism", ("pk.transport",)),
        ("<Aspirin> displaces <warfarin>.", "mechanism", ("pk.distribution",)),
        ("<Alcohol> and <diazepam> have additive effects.", "effect", ("pd.additive",)),
        ("<Alcohol> and <diazepam> have additive effects.", "mechanism", ()),
        ("<Naloxone> antagonizes <morphine>.", "effect", ("pd.antagonistic",)),
        ("<Cimetidine> raises <phenytoin>; ketones do not change metabolism.", "mechanism", ()),
        ("<Ranitidine> raises <phenytoin> without any effect on absorption.", "mechanism", ()),
        ("<Cimetidine> raises <phenytoin>.", "mechanism", ()),
    ],
)
def test_mechanisms_only_where_they_are_named(
    application: Application, sentence: str, label: str, kinds: tuple[str, ...]
) -> None:
    assert cues(application, sentence).mechanisms(0, 1, label) == kinds


def test_the_table_names_known_mechanisms(application: Application) -> None:
    lines = (application.installation.resources / "reading" / "cues.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    assert {mechanism for _words, _role, mechanism in rows} <= {"-", *application.store.mechanism_words}
    assert len({words for words, _role, _mechanism in rows}) == len(rows)


def test_whether_levels_are_spoken_of(application: Application) -> None:
    assert cues(application, "<Cimetidine> increases the levels of <phenytoin>.").stated(0, 1).exposure
    assert not cues(application, "<Cimetidine> enhances the effects of <phenytoin>.").stated(0, 1).exposure
