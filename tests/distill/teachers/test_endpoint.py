"""The endpoint against a real server on loopback: its faults, its key, its pace, what it costs. Skipped without openai."""

import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("openai")

from distill.teachers.accounting import Account, Prices
from distill.teachers.cache import ReplyCache
from distill.teachers.chat import Prompt, PromptTooLongError, Reply, Sampling
from distill.teachers.endpoint import EndpointModel, EndpointSettings
from distill.teachers.mechanism import MechanismTeacher
from distill.teachers.opening import LanguageTeacher, usage_lines
from distill.teachers.prompts import Asking
from engine.errors import InputError
from tests.distill.teachers.pairs import CODES, answered, item
from tests.distill.teachers.serving import Fault, TeacherServer, fixed, serving

PROMPT = Prompt("Be short.", "What is it?")


def settings_of(server: TeacherServer) -> EndpointSettings:
    return EndpointSettings(server.url, "tiny", retries=2, timeout_s=10.0)


def asked(settings: EndpointSettings, folder: Path, prompt: Prompt = PROMPT) -> Reply:
    with closing(EndpointModel(settings, ReplyCache(folder / "replies"))) as model:
        return model.reply(prompt, Sampling(temperature=0.5, max_tokens=77, seed=3))


def first(*faults: Fault) -> Callable[[int], Fault]:
    return lambda number: faults[number] if number < len(faults) else ""


def always(fault: Fault) -> Callable[[int], Fault]:
    return lambda _number: fault


def test_a_reply_comes_back_and_the_request_says_what_was_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # What the environment holds for others is not sent here: no key, no organisation, and no proxy is asked.
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "secret-of-others")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serving(fixed("Yes.")) as server:
        assert asked(settings_of(server), tmp_path) == Reply("Yes.", 100, 50, whole=True)
    (request,) = server.asked
    messages = [{"role": "system", "content": "Be short."}, {"role": "user", "content": "What is it?"}]
    expected = {"model": "tiny", "messages": messages, "temperature": 0.5, "top_p": 0.95, "max_tokens": 77, "seed": 3}
    assert request == expected
    assert "secret-of-others" not in str(server.headers)


def test_a_schema_is_handed_on(tmp_path: Path) -> None:
    with serving(fixed("{}")) as server:
        asked(settings_of(server), tmp_path, replace(PROMPT, schema={"type": "object"}))
    form = {"name": "judgement", "strict": True, "schema": {"type": "object"}}
    assert server.asked[0]["response_format"] == {"type": "json_schema", "json_schema": form}


def test_an_answer_that_ran_into_its_limit_is_not_whole(tmp_path: Path) -> None:
    with serving(lambda _request: ("Ye", None, None, "length")) as server:
        assert asked(settings_of(server), tmp_path) == Reply("Ye", None, None, whole=False)


@pytest.mark.parametrize("fault", ["429", "500", "cut"])
def test_a_passing_fault_is_asked_again(fault: Fault, tmp_path: Path) -> None:
    with serving(fixed("Yes."), first(fault)) as server:
        assert asked(settings_of(server), tmp_path).text == "Yes."
    assert len(server.asked) == 2
    assert ReplyCache(tmp_path / "replies").account("endpoint:tiny@").requests == 2


@pytest.mark.parametrize(
    ("fault", "requests", "words"),
    [
        ("429", 3, "takes no more requests for now"),
        ("500", 3, "fails inside (status 500)"),
        ("cut", 3, "broke off in the middle of an answer, 3 times over"),
        ("refused", 1, "refuses the key"),
        ("404", 1, "knows neither this address nor this model"),
        ("bad", 1, "refuses the request (status 400)"),
        ("html", 1, "does not speak the OpenAI protocol"),
        ("empty", 1, "does not speak the OpenAI protocol"),
        ("redirect", 1, "sends us elsewhere"),
    ],
)
def test_a_lasting_fault_is_one_sentence(fault: Fault, requests: int, words: str, tmp_path: Path) -> None:
    with serving(fixed("Yes."), always(fault)) as server, pytest.raises(InputError) as caught:
        asked(settings_of(server), tmp_path)
    assert len(server.asked) == requests
    assert words in caught.value.sentence
    assert caught.value.sentence.endswith("What was answered is kept, and the same command goes on.")
    assert "What is it" not in caught.value.sentence


def test_an_endpoint_that_is_slow(tmp_path: Path) -> None:
    with serving(fixed("Yes."), always("slow")) as server, pytest.raises(InputError, match=r"silent for 0\.2 seconds, 1 times"):
        asked(replace(settings_of(server), timeout_s=0.2, retries=0), tmp_path)


def test_an_endpoint_that_is_down(tmp_path: Path) -> None:
    with serving(fixed("Yes.")) as server:
        pass
    with pytest.raises(InputError, match="Nothing answers at the endpoint's address"):
        asked(replace(settings_of(server), retries=0), tmp_path)


def test_a_prompt_that_does_not_fit(tmp_path: Path) -> None:
    with serving(fixed("Yes."), always("context")) as server, pytest.raises(PromptTooLongError):
        asked(settings_of(server), tmp_path)


def test_content_of_another_kind_is_an_empty_answer(tmp_path: Path) -> None:
    with serving(fixed("Yes."), always("other")) as server:
        assert asked(settings_of(server), tmp_path) == Reply("", None, None, whole=True)


def test_the_pace_is_kept(tmp_path: Path) -> None:
    pauses: list[float] = []
    with serving(fixed("Yes."), first("500")) as server:
        settings = replace(settings_of(server), requests_per_minute=6.0)
        model = EndpointModel(settings, ReplyCache(tmp_path / "replies"), pauses.append)
        with closing(model):
            model.reply(PROMPT, Sampling())
            model.reply(PROMPT, Sampling())
    # Three requests, the retry among them, ten seconds apart.
    assert len(server.asked) == 3
    assert pauses == pytest.approx([10.0, 20.0], abs=5.0)


def test_a_pause_is_really_made(tmp_path: Path) -> None:
    begun_s = time.monotonic()
    with serving(fixed("Yes.")) as server:
        for _ in range(3):
            asked(replace(settings_of(server), requests_per_minute=300.0), tmp_path)
    assert time.monotonic() - begun_s >= 0.4


def test_the_key_comes_from_where_the_user_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "open-sesame")
    with serving(fixed("Yes.")) as server:
        settings = replace(settings_of(server), key_variable="MY_KEY")
        asked(settings, tmp_path)
        assert server.headers[0]["authorization"] == "Bearer open-sesame"
        assert "open-sesame" not in repr(settings)
        assert b"open-sesame" not in (tmp_path / "replies").read_bytes()
        monkeypatch.setenv("MY_KEY", "open\nsesame")
        with pytest.raises(InputError, match="letters that no key has"):
            asked(settings, tmp_path)
        monkeypatch.delenv("MY_KEY")
        with pytest.raises(InputError, match="not set, or empty"):
            asked(settings, tmp_path)


def test_the_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {("vllm", "coprescribe"): "from-the-ring"}
    ring, errors = ModuleType("keyring"), ModuleType("keyring.errors")
    monkeypatch.setattr(ring, "get_password", lambda service, user: keys.get((service, user)), raising=False)
    monkeypatch.setattr(errors, "KeyringError", type("KeyringError", (Exception,), {}), raising=False)
    with serving(fixed("Yes.")) as server:
        settings = replace(settings_of(server), key_service="vllm")
        monkeypatch.setitem(sys.modules, "keyring", None)
        with pytest.raises(InputError, match="needs the package keyring"):
            asked(settings, tmp_path)
        monkeypatch.setitem(sys.modules, "keyring", ring)
        monkeypatch.setitem(sys.modules, "keyring.errors", errors)
        asked(settings, tmp_path)
        assert server.headers[0]["authorization"] == "Bearer from-the-ring"
        keys.clear()
        with pytest.raises(InputError, match="has no key of that service"):
            asked(settings, tmp_path)


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8000", "ftp://x/v1", "http://", "http://[::1", "file:///etc/passwd", "http://x:99999/"]
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(InputError, match="address cannot be used"):
        EndpointSettings(url, "tiny")


def test_an_address_with_a_password_is_refused() -> None:
    with pytest.raises(InputError, match="would be stored"):
        EndpointSettings("http://me:secret@host/v1", "tiny")


def test_teacher_asks_once_counts_and_stops_at_its_budget(tmp_path: Path) -> None:
    prices = Prices(prompt_per_million=1000.0, answer_per_million=2000.0, currency="EUR", budget=0.35)
    with serving(fixed(answered())) as server:
        opener = LanguageTeacher("tiny", replace(settings_of(server), prices=prices), CODES, tmp_path / "replies")
        teacher = opener()
        with closing(teacher):
            judged = teacher.judge(item(0))
            assert judged.severity["major"] == pytest.approx(0.8)
            assert teacher.judge(item(0)) == judged
            assert len(server.asked) == 1
            teacher.judge(item(1))
            # 0.1 for prompts and 0.1 for answers: twice that is beyond the budget, and a third pair is not asked.
            with pytest.raises(InputError, match="budget given for this teacher is spent"):
                teacher.judge(item(2))
            assert teacher.judge(item(1)).item == "pair-1"
    account = opener.account()
    assert account == Account(requests=2, replies=2, prompt_tokens=200, answer_tokens=100)
    assert account.cost(prices) == pytest.approx(0.4)
    # Told once for the model, however many wordings ask it.
    told = list(usage_lines([opener, replace(opener, asking=Asking(wording=1)), MechanismTeacher]))
    assert told[0] == "tiny:"
    assert told[1] == "Requests: 2; replies kept: 2."
    assert told[-1] == "Cost at the prices given: 0.4000 EUR."
    assert len(told) == 4


def test_nonsense_is_asked_again_with_another_seed_then_abstained_from(tmp_path: Path) -> None:
    replies = iter(["I am a teapot.", answered(), "no", "still no"])
    with serving(lambda _request: (next(replies), None, None, "stop")) as server:
        opener = LanguageTeacher("tiny", settings_of(server), CODES, tmp_path / "replies", Asking(wording=1))
        teacher = opener()
        with closing(teacher):
            assert not teacher.judge(item(0)).abstains
            assert [request["seed"] for request in server.asked] == [0, 1]
            judged = teacher.judge(item(1))
    assert judged.abstains
    assert (judged.rejected, judged.wording) == ("unreadable", 1)
    # Answers that were not taken were paid for all the same; this server does not say how much.
    assert opener.account() == Account(requests=4, replies=4, uncounted=4)


def test_two_prompts_do_not_share_an_answer(tmp_path: Path) -> None:
    with serving(fixed(answered())) as server:
        one = LanguageTeacher("tiny", settings_of(server), CODES, tmp_path / "replies")
        others = [
            replace(one, asking=Asking(wording=2)),
            replace(one, asking=Asking(names=False)),
            replace(one, asking=Asking(form="sections")),
            replace(one, sampling=Sampling(seed=9)),
            replace(one, source=replace(settings_of(server), revision="2")),
        ]
        versions = set()
        for opener in (one, *others):
            with closing(opener()) as teacher:
                teacher.judge(item())
                versions.add(teacher.version)
    assert len(server.asked) == len(versions) == 6
