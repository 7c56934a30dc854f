"""A stage with a base made here: it learns, stops and goes on as if it had not, and a student learns from a teacher.

Skipped where the training libraries are not installed (`make setup-distill`).
"""

import json
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("tokenizers")

from safetensors.torch import load_file
from tokenizers import Tokenizer

from distill.corpora.model import Document, Mention, Pair, Sentence
from distill.training.examples import IGNORED, names_examples, prepared, relation_examples
from distill.training.settings import StageSettings
from distill.training.stage import MODEL, REPORT, finished_reader, run_stage
from distill.training.tasks import task_of
from engine.errors import InputError

WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] aone btwo raises lowers the level of and with is safe . , ##x"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny encoder with random weights, in the files of a published one."""
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("base")
    vocabulary = {word: number for number, word in enumerate((*WORDS.split(), *(f"[unused{n}]" for n in range(1, 8))))}
    BertModel(
        BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=48,
            num_hidden_layers=2,
            num_attention_heads=12,
            intermediate_size=96,
            max_position_embeddings=64,
        ),
        add_pooling_layer=False,
    ).save_pretrained(folder)
    special = [{"id": 0, "content": "[PAD]"}, {"id": 1, "content": "[UNK]"}, {"id": 2, "content": "[CLS]"}]
    special += [{"id": 3, "content": "[SEP]"}, {"id": 4, "content": "[MASK]"}]
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    (folder / "tokenizer.json").write_text(
        json.dumps(
            {
                "version": "1.0",
                "added_tokens": [one | flags for one in special],
                "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "lowercase": True},
                "pre_tokenizer": {"type": "BertPreTokenizer"},
                "post_processor": {
                    "type": "BertProcessing",
                    "sep": ["[SEP]", 3],
                    "cls": ["[CLS]", 2],
                },
                "model": {
                    "type": "WordPiece",
                    "unk_token": "[UNK]",
                    "continuing_subword_prefix": "##",
                    "max_input_chars_per_word": 100,
                    "vocab": vocabulary,
                },
            }
        ),
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus in the published shape, in which one word decides."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "ddi-corpus").mkdir()
    places = ("Train", "Test/Test for DDI Extraction task", "Test/Test for DrugNER task")
    with zipfile.ZipFile(folder / "ddi-corpus" / "DDICorpus-2013.zip", "w") as archive:
        for place in places:
            for number in range(60):
                verb, ddi = [("raises", 'ddi="true" type="effect"'), ("is safe with", 'ddi="false"')][number % 2]
                text = f"aone {verb} btwo."
                start = text.index("btwo")
                archive.writestr(
                    f"DDICorpus/{place}/DrugBank/{number}.xml",
                    f'<document id="{place[:6]}{number}"><sentence id="s{number}" text="{text}">'
                    f'<entity id="s{number}.e0" charOffset="0-3" type="drug" text="aone"/>'
                    f'<entity id="s{number}.e1" charOffset="{start}-{start + 3}" type="drug" text="btwo"/>'
                    f'<pair id="p{number}" e1="s{number}.e0" e2="s{number}.e1" {ddi}/></sentence></document>',
                )
    return folder


def settings_of(base: Path, **changes: object) -> StageSettings:
    given: dict[str, object] = {
        "base": str(base),
        "tasks": ("ddi", "drug-names"),
        "epochs": 12,
        "learning_rate": 3e-3,
        "head_learning_rate": 3e-3,
        "batch_tokens": 256,
        "max_tokens": 32,
        "checkpoint_s": 0.05,
        "mask_share": 0.05,
    }
    return StageSettings.model_validate(given | changes)


def test_a_stage_learns_and_a_stopped_one_ends_the_same(base: Path, data: Path, tmp_path: Path) -> None:
    settings = settings_of(base)
    assert run_stage(settings, data, tmp_path / "whole", lambda _step: None)
    report = json.loads((tmp_path / "whole" / REPORT).read_text(encoding="utf-8"))
    assert report["ddi/test"]["micro_f1"] > 0.95
    assert report["drug-names/test"]["f1"] > 0.95
    rounds = 0
    while not run_stage(settings, data, tmp_path / "parts", lambda _step: None, stop_after_s=0.2):
        rounds += 1
        assert rounds < 500
    assert rounds >= 1
    whole, parts = load_file(tmp_path / "whole" / MODEL), load_file(tmp_path / "parts" / MODEL)
    # Dropout draws anew after a stop; everything else is the same, so the two are near and both have learnt.
    assert whole.keys() == parts.keys()
    again = json.loads((tmp_path / "parts" / REPORT).read_text(encoding="utf-8"))
    assert again["ddi/test"]["micro_f1"] > 0.95
    assert again["steps"] == report["steps"]
    with pytest.raises(InputError, match="other settings"):
        run_stage(settings_of(base, seed=5), data, tmp_path / "whole", lambda _step: None)


def test_a_student_learns_from_its_teacher(base: Path, data: Path, tmp_path: Path) -> None:
    assert run_stage(settings_of(base, tasks=("ddi",)), data, tmp_path / "teacher", lambda _step: None)
    taught = settings_of(base, tasks=("ddi",), teachers=(str(tmp_path / "teacher"),), soft_weight=1.0, feature_weight=0.5, seed=3)
    assert run_stage(taught, data, tmp_path / "student", lambda _step: None)
    assert json.loads((tmp_path / "student" / REPORT).read_text(encoding="utf-8"))["ddi/test"]["micro_f1"] > 0.95
    with pytest.raises(InputError, match="not finished"):
        finished_reader(tmp_path / "nothing")


def test_a_long_sentence_is_cut_around_its_pair(base: Path) -> None:
    tokenizer = prepared(Tokenizer.from_file(str(base / "tokenizer.json")))
    text = "the " * 40 + "aone raises btwo" + " the" * 40
    first, second = text.index("aone"), text.index("btwo")
    mentions = (Mention("a", "drug", "aone", ((first, first + 4),)), Mention("b", "drug", "btwo", ((second, second + 4),)))
    document = Document("d", "", (Sentence("s", text, mentions, (Pair("a", "b", "effect"),)),))
    for rendering in ("markers", "placeholders"):
        (example,) = relation_examples((document,), task_of("ddi"), tokenizer, rendering, 20)
        assert len(example.ids) == len(example.words) == 20
        marks = [tokenizer.token_to_id(f"[unused{number}]") for number in ((1, 3) if rendering == "markers" else (5, 6))]
        assert [example.ids[place] for place in example.places] == marks
        assert example.ids[0] == tokenizer.token_to_id("[CLS]")
        assert example.ids[-1] == tokenizer.token_to_id("[SEP]")


def test_tags_stand_at_the_first_piece_of_a_word_and_long_sentences_are_divided(base: Path) -> None:
    tokenizer = prepared(Tokenizer.from_file(str(base / "tokenizer.json")))
    text = "aonex btwo raises the level " * 8
    mention = Mention("a", "drug", "aonex btwo", ((0, 10),))
    document = Document("d", "", (Sentence("s", text, (mention,)),))
    task = task_of("drug-names")
    pieces = list(names_examples((document,), task, tokenizer, 16))
    assert all(len(piece.ids) <= 16 for piece in pieces)
    assert sum(len(piece.ids) - 2 for piece in pieces) == len(tokenizer.encode(text).ids) - 2
    b_drug, i_drug = task.labels.index("B-drug"), task.labels.index("I-drug")
    assert pieces[0].labels[:4] == (IGNORED, b_drug, IGNORED, i_drug)
