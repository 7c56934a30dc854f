"""Documented rules: every row whose basis is *file* is read again at its locator, and the tables as a whole hold together."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from distill.knowledge import ansm_2016, ansm_2019
from distill.knowledge.ansm_text import name_key
from distill.knowledge.nlm_labels import Label, read_labels
from distill.knowledge.second_coding import coded_fields, read_second_coding
from distill.knowledge.tables import TableSet
from engine.installation import find_installation
from engine.knowledge.tables import LEVELS
from tests.knowledge_rows import published, table

LEVEL_OF_TAG = dict(zip(("CI", "ASDEC", "PE", "APEC"), LEVELS, strict=True))
# The printed tag leaves a level out that the text of the entry gives.
# "isosorbide" among the nitrates is the mononitrate: the dinitrate has a line of its own, and isosorbide itself is a diuretic.
MEANT = {"isosorbide": "isosorbide-mononitrate"}
# The thesaurus lists caffeine a second time as the caffeine of tea.
STATED_TWICE = [{"caffeine", "dipyridamole"}]
# A label says a level in its own words; a mere mention (take into account) needs none.
LEVEL_WORDS = {
    "contraindication": r"contraindicat|do not (use|co-?administer)",
    "not_recommended": r"avoid|not recommended|should not|do not|neither|withheld|reserved|only if the potential benefit",
    "precaution": (
        r"cautio|care|monitor|observ|adjust|limit|reduc|separat|stagger|follow|titrat"
        r"|counsel|dose|not recommended|avoided|start|alternatives|gradual"
    ),
    "take_into_account": r"",
}
# Words too common to tell that a text means a class.
WEAK_CLASS_WORDS = {
    "drugs",
    "agents",
    "medicines",
    "with",
    "except",
    "used",
    "inhibitors",
    "inducers",
    "strong",
    "moderate",
    "risk",
}
# Where a label names a side by its group or by an older name.
SAID_OF_SIDE = {
    "@ace-inhibitors": {"acei", "ace inhibitor", "angiotensin converting enzyme", "angiotensin-converting enzyme"},
    "@angiotensin-ii-receptor-antagonists": {"arb"},
    "@halogenated-volatile-anaesthetics": {"inhalation anesthetics"},
    "@heparins": {"other anticoagulants"},
    "@mao-inhibitors": {"mao inhibitor", "monoamine oxidase inhibitor"},
    "@pde5-inhibitors": {"pde-5"},
    "@sedative-drugs": {"cns depressants"},
    "@sensitive-cyp2d6-substrates": {"p450iid6"},
    "@ssris": {"serotonin reuptake inhibitors"},
    "@torsadogenic-substances": {"prolong the qt"},
    "alteplase": {"t-pa"},
    "abciximab": {"gp iib/iiia"},
    "desmopressin": {"v2-agonist"},
    "digoxin": {"digitalis"},
    "levothyroxine": {"thyroid"},
    "reserpine": {"catecholamine"},
    "st-johns-wort": {"st. john's wort", "john's wort"},
    "tirofiban": {"gp iib/iiia"},
}
LEVELS_BEYOND_THE_TAG = {"ANTISPASMODIQUES URINAIRES + INHIBITEURS PUISSANTS DU CYP3A4"}


def levels_of_rules() -> Iterator[tuple[dict[str, str], set[str]]]:
    stated: dict[str, set[str]] = {}
    for row in table("rule_levels"):
        stated.setdefault(row["rule"], set()).add(row["level"])
    for rule in table("rules"):
        yield rule, stated[rule["id"]]


@lru_cache(maxsize=1)
def french_entries() -> dict[str, ansm_2019.Entry]:
    edition = ansm_2019.read_interactions(published("ansm-thesaurus/interactions_fr_2019.txt"))
    return {f"p{entry.page} {entry.heading} + {entry.partner}": entry for entry in edition.entries}


@lru_cache(maxsize=1)
def english_entries() -> dict[str, ansm_2016.InteractionEn]:
    edition = ansm_2016.read_interactions(published("ansm-thesaurus/interactions_en_2016.xml"))
    return {f"interaction {place}": entry for place, entry in enumerate(edition.interactions, start=1)}


def test_the_tables_have_no_fault() -> None:
    assert [str(fault) for fault in TableSet(find_installation().knowledge_tables).faults] == []


def test_french_rules_are_read_again() -> None:
    entries = french_entries()
    read = 0
    for rule, levels in levels_of_rules():
        if rule["source"] != "ansm-2019":
            continue
        entry = entries[rule["locator"]]
        wanted = {LEVEL_OF_TAG[tag] for tag in entry.level_tag} or {"take_into_account"}
        if not any(beyond in rule["locator"] for beyond in LEVELS_BEYOND_THE_TAG):
            assert levels == wanted, rule
        read += 1
    assert read >= 1500


def test_english_rules_are_read_again() -> None:
    entries = english_entries()
    read = 0
    for rule, levels in levels_of_rules():
        if rule["source"] != "ansm-2016":
            continue
        entry = entries[rule["locator"]]
        assert levels == {LEVEL_OF_TAG[tag] for tag in entry.levels}, rule
        assert entry.description, rule
        read += 1
    assert read >= 90


@lru_cache(maxsize=1)
def labels_by_set() -> dict[str, Label]:
    return {label.set_id: label for label in read_labels(published("fda-labels-annotated"))}


def cited(locator: str) -> tuple[str, str]:
    """The sentences at a locator (`SETID#s.4` or `SETID#s.4,s.7`), and the same with the label's own drug, in small letters."""
    set_id, _, places = locator.partition("#")
    label = labels_by_set()[set_id]
    text = " ".join(label.sentence(place).text for place in places.split(",")).casefold()
    return text, f"{text} {label.label_drug} {label.generic}".casefold()


@lru_cache(maxsize=1)
def words_of_sides() -> dict[str, set[str]]:
    """What a text may call a side of a rule: a substance by any of its names, a class by a word of its name."""
    words: dict[str, set[str]] = {}
    for row in table("names"):
        words.setdefault(row["substances"], set()).add(row["name"].casefold())
    for row in table("substances"):
        words.setdefault(row["id"], set()).add(row["name"].casefold())
    for row in table("classes"):
        spoken = re.findall(r"[a-z0-9]{4,}", row["name"].casefold())
        words[f"@{row['id']}"] = {word.removesuffix("s") for word in spoken if word not in WEAK_CLASS_WORDS}
        # Labels of the time write CYP3A or CYP 3A for CYP3A4.
        words[f"@{row['id']}"] |= {form for word in spoken if word.startswith("cyp3a") for form in ("cyp3a", "cyp 3a")}
    for side, said in SAID_OF_SIDE.items():
        words.setdefault(side, set()).update(said)
    return words


def names_side(side: str, text: str) -> bool:
    return any(re.search(rf"(?<![a-z0-9]){re.escape(word)}", text) for word in words_of_sides()[side])


def test_label_rules_are_read_again() -> None:
    levels = [row for row in table("rule_levels") if row["source"] == "nlm-labels"]
    rules = [row for row in table("rules") if row["source"] == "nlm-labels"]
    unnamed = [
        (rule["id"], side) for rule in rules for side in (rule["a"], rule["b"]) if not names_side(side, cited(rule["locator"])[1])
    ]
    assert unnamed == []
    unsaid = [(row["rule"], row["level"]) for row in levels if not re.search(LEVEL_WORDS[row["level"]], cited(row["locator"])[0])]
    assert unsaid == []
    assert len(rules) >= 100


def test_class_members_are_read_again() -> None:
    rows = ansm_2019.read_memberships(published("ansm-thesaurus/classes_fr_2019.tsv"))
    by_line = {row.line: row for row in rows}
    meanings: dict[str, set[str]] = {}
    for row in table("names"):
        meanings.setdefault(name_key(row["name"]), set()).update(row["substances"].split("+"))
    read = 0
    for member in table("class_members"):
        if member["source"] != "ansm-2019" or not member["locator"].startswith("classes line "):
            continue
        molecule = by_line[int(member["locator"].removeprefix("classes line "))].molecule
        meant = {MEANT[molecule]} if molecule in MEANT else meanings.get(name_key(molecule), set())
        assert member["substance"] in meant, (member, molecule)
        read += 1
    assert read >= 1500


def test_every_mirrored_pair_stands_once() -> None:
    seen: set[tuple[str, str, frozenset[str]]] = set()
    for rule in (row for row in table("rules") if row["source"] == "ansm-2019"):
        key = (rule["source"], rule["locator"], frozenset((rule["a"], rule["b"])))
        assert key not in seen, rule
        seen.add(key)
    pairs = Counter(frozenset((rule["a"], rule["b"])) for rule in table("rules") if rule["source"] == "ansm-2019")
    assert [set(pair) for pair, count in pairs.items() if count > 1] == STATED_TWICE


def test_the_tables_say_what_the_second_coding_settled() -> None:
    rules = {row["id"]: row for row in table("rules")}
    levels: dict[str, list[dict[str, str]]] = {}
    for row in table("rule_levels"):
        levels.setdefault(row["rule"], []).append(row)
    coded = read_second_coding(find_installation().knowledge_tables)
    assert len({row.rule for row in coded}) == 200
    for entry in coded:
        assert coded_fields(rules[entry.rule], levels[entry.rule])[entry.field] == entry.settled, entry
        assert entry.first == entry.second or entry.reason != "-"
