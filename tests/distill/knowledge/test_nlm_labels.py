"""Reader of the annotated labels: hand-made labels, and the real files."""

from pathlib import Path

import pytest

from distill.knowledge.nlm_labels import LABEL_DRUG, Label, read_label, read_label_bytes, read_labels
from engine.errors import InputError
from tests.knowledge_rows import published

S1 = "Dailymed.X.s.1"
S2 = "Dailymed.X.s.2"
CODE = '<Normalization><mmtx cui="C1"/><RxNorm RxCui="11289"/><RxNorm RxCui="NA"/></Normalization>'
SENTENCE = f"""<sentence id="{S1}" type="regular" text="Warfarin levels were greatly increased by it.">
<entity charOffset="0:8" id="{S1}.e.0" text="warfarin" type="Drug">{CODE}</entity>
<entity charOffset="9:15|29:38" id="{S1}.e.1" text="levels increased" type="Increase_Interaction"/>
<entity charOffset="0:8" id="{S1}.e.2" text="heparin" type="Drug"/>
<drugInteraction id="{S1}.ddi.1"><interaction trigger="{S1}.e.1"><relations>
<relation type="hasObject"><entity id="{S1}.e.0"/></relation>
<relation type="hasPrecipitant"><labelDrug name="COREG"/><normalization/></relation>
<relation type="hasContext"><ellipsisSentence id="{S2}" text="Before."><entity id="{S2}.e.3"/></ellipsisSentence>
</relation></relations></interaction></drugInteraction>
<pair ddi="true" e1="labelDrug" e2="{S1}.e.0" trigger="{S1}.e.1" type="Increase_Interaction"/>
<pair ddi="false" e1="{S1}.e.0" e2="{S1}.e.2"/></sentence>"""


def made(body: str = SENTENCE, set_id: str = "X") -> bytes:
    head = '<labelDrug name="COREG"/><generic name="carvedilol"/>'
    return f'<document setID="{set_id}">{head}{body}</document>'.encode()


def read(body: str = SENTENCE) -> Label:
    return read_label_bytes(made(body), "made.xml")


def test_the_label_names_its_drug() -> None:
    label = read()
    assert (label.set_id, label.label_drug, label.generic) == ("X", "COREG", "carvedilol")
    assert label.sentence("s.1").id == S1
    with pytest.raises(KeyError):
        label.sentence("s.9")


def test_mentions_keep_codes_and_discontinuous_offsets() -> None:
    drug, effect, slipped = read().sentences[0].mentions
    assert drug.rxnorm == ("11289",)
    assert drug.aligned
    assert effect.spans == ((9, 15), (29, 38))
    assert effect.aligned
    assert slipped.rxnorm == ()
    assert not slipped.aligned


def test_interactions_keep_participants_of_other_sentences_and_the_labels_own_drug() -> None:
    (interaction,) = read().sentences[0].interactions
    assert interaction.kind == "Increase_Interaction"
    assert interaction.objects == (f"{S1}.e.0",)
    assert interaction.precipitants == (LABEL_DRUG,)
    assert interaction.contexts == (f"{S2}.e.3",)
    assert interaction.severities == interaction.evidence == ()


def test_pairs_say_whether_they_interact() -> None:
    yes, no = read().sentences[0].pairs
    assert (yes.first, yes.interacts, yes.kind) == (LABEL_DRUG, True, "Increase_Interaction")
    assert (no.interacts, no.kind, no.trigger) == (False, "", "")


@pytest.mark.parametrize(
    "content",
    [
        b"<document",
        b"<other/>",
        b'<document setID="X"><labelDrug name="A"/></document>',
        b'<document><labelDrug name="A"/><generic name="a"/></document>',
        made(SENTENCE.replace(S1, "Dailymed.Y.s.1", 1)),
        made(SENTENCE.replace("0:8", "0:800")),
        made(SENTENCE.replace("0:8", "8:0")),
        made(SENTENCE.replace("0:8", "0-8")),
        made(SENTENCE.replace(' text="warfarin"', "")),
    ],
)
def test_a_damaged_label_is_refused(content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read_label_bytes(content, "made.xml")
    assert "made.xml" in caught.value.sentence


def test_a_folder_without_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_labels(tmp_path)
    with pytest.raises(InputError):
        read_label(tmp_path / "absent.xml")


def test_the_published_labels_are_read_whole() -> None:
    labels = read_labels(published("fda-labels-annotated"))
    sentences = [sentence for label in labels for sentence in label.sentences]
    mentions = [mention for sentence in sentences for mention in sentence.mentions]
    assert len(labels) == 152
    assert len(sentences) == 4823
    assert len(mentions) == 16552
    assert sum(len(mention.spans) > 1 for mention in mentions) == 900
    assert sum(not mention.aligned for mention in mentions) == 312
    assert sum(len(sentence.interactions) for sentence in sentences) == 3387
    assert sum(len(sentence.pairs) for sentence in sentences) == 12057
