"""A tiny base with random weights and a small corpus in the published shape, for tests that train."""

import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from distill.evaluation import judging

WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] aone btwo raises lowers the level of and with is safe . , ##x"


VOCABULARY = {word: number for number, word in enumerate((*WORDS.split(), *(f"[unused{n}]" for n in range(1, 9))))}


@pytest.fixture(scope="session")
def base_tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a WordPiece tokenizer with a few words."""
    special = [{"id": number, "content": word} for number, word in enumerate(WORDS.split()[:5])]
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    described = {
        "version": "1.0",
        "added_tokens": [one | flags for one in special],
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": VOCABULARY,
        },
    }
    path.write_text(json.dumps(described), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def base(base_tokenizer: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny encoder with random weights, in the files of a published one."""
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("base")
    BertModel(
        BertConfig(
            vocab_size=len(VOCABULARY),
            hidden_size=48,
            num_hidden_layers=2,
            num_attention_heads=12,
            intermediate_size=96,
            max_position_embeddings=64,
        ),
        add_pooling_layer=False,
    ).save_pretrained(folder)
    shutil.copyfile(base_tokenizer, folder / "tokenizer.json")
    return folder


@pytest.fixture(scope="session")
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


@pytest.fixture(autouse=True)
def _data_made_here_are_one_corpus(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """They hold none of the abstracts that judge interactions beside it."""
    if "data" in request.fixturenames:
        alone = tuple(replace(test, also=None) if test.task in ("ddi", "chemprot") else test for test in judging.TESTS)
        monkeypatch.setattr(judging, "TESTS", alone)
