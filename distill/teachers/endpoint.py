"""A model behind an OpenAI-compatible endpoint (vLLM, llama-server and others). The only network that this pipeline uses is the
address that its user gives: no proxy of the environment, no redirect, no other host.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import openai
from pydantic import ConfigDict

from distill.teachers.accounting import Prices, within_budget
from distill.teachers.cache import ReplyCache
from distill.teachers.chat import Prompt, PromptTooLongError, Reply, Sampling
from engine.errors import InputError

_KEPT = "What was answered is kept, and the same command goes on."
# What an endpoint that needs no key is sent in its place.
_NO_KEY = "none"


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """Where a model is and how it is asked.

    `base_url`: usually ends in /v1. `model_name`: how it is called there; `revision`: tells its weights from others of that name.
    `key_variable`: environment variable that holds the key, or `key_service`: the service whose password the system's keyring
    has for the user "coprescribe"; the key itself is never stored. `requests_per_minute`: 0 for no limit; it holds for all
    processes of one machine that share a cache. `timeout_s`: seconds without a sign of life. `retries`: after the first attempt.
    `proxy`: URL of a proxy on the way there.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    base_url: str
    model_name: str
    revision: str = ""
    key_variable: str = ""
    key_service: str = ""
    requests_per_minute: float = 0.0
    timeout_s: float = 120.0
    retries: int = 5
    proxy: str = ""
    prices: Prices = field(default_factory=Prices)

    def __post_init__(self) -> None:
        """See that it can be used.

        Raises:
            InputError: it cannot.
        """
        for url in (self.base_url, *([self.proxy] if self.proxy else [])):
            _check_url(url)
        if not self.model_name:
            raise InputError("Name the model of the endpoint.")
        if not (self.requests_per_minute >= 0 and self.timeout_s > 0 and self.retries >= 0):
            raise InputError("Requests per minute and retries of an endpoint are 0 or more, and its timeout is above 0.")

    @property
    def identity(self) -> str:
        """The model and its revision; the same model at another address is the same."""
        return f"endpoint:{self.model_name}@{self.revision}"

    def model(self, cache: ReplyCache) -> EndpointModel:
        """The model behind it."""
        return EndpointModel(self, cache)


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    else:
        if parts.username is not None or parts.password is not None:
            raise InputError("An address with a password in it would be stored: give the key by an environment variable.")
    if not usable:
        raise InputError("The endpoint's address cannot be used; it looks like http://127.0.0.1:8000/v1.")


class EndpointModel:
    """A model that is asked over HTTP. Retries, with growing pauses or those that the server asks for, are the library's."""

    def __init__(self, settings: EndpointSettings, cache: ReplyCache, wait: Callable[[float], None] = time.sleep) -> None:
        """`cache` counts requests and spreads them over time; `wait` is called with seconds."""
        self._settings, self._cache, self._wait = settings, cache, wait
        self._client: openai.OpenAI | None = None

    @property
    def identity(self) -> str:
        """The model and its revision."""
        return self._settings.identity

    def close(self) -> None:
        """End the connections."""
        if self._client is not None:
            self._client.close()

    def reply(self, prompt: Prompt, sampling: Sampling) -> Reply:
        """Ask.

        Raises:
            PromptTooLongError: the server says so.
            InputError: the endpoint is down, slow, refuses or talks nonsense, or the budget is spent.
        """
        within_budget(self._cache.account(self.identity), self._settings.prices)
        if self._client is None:
            self._client = self._opened()
        try:
            answer = self._client.chat.completions.create(
                model=self._settings.model_name,
                messages=[{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.question}],
                temperature=sampling.temperature,
                top_p=sampling.top_p,
                max_tokens=sampling.max_tokens,
                seed=sampling.seed,
                extra_body=_structured(prompt),
            )
        except openai.APIStatusError as error:
            if error.status_code in (400, 413, 422) and "context" in error.message.lower():
                raise PromptTooLongError from error
            raise InputError(f"{_status_words(error.status_code)} {_KEPT}") from error
        except openai.APIConnectionError as error:
            if isinstance(error.__cause__, InputError):
                # Of our own hook, which the library takes for a fault of the connection.
                raise error.__cause__ from error
            raise InputError(f"{self._connection_words(error)} {_KEPT}") from error
        except (openai.OpenAIError, ValueError) as error:
            raise InputError(f"{_NONSENSE} {_KEPT}") from error
        return _reply_of(answer)

    def _opened(self) -> openai.OpenAI:
        limit = self._settings.requests_per_minute
        interval_s = 60.0 / limit if limit else 0.0

        def take_turn(_request: object) -> None:
            pause_s = self._cache.turn(self.identity, time.time(), interval_s)
            if pause_s > 0:
                self._wait(pause_s)

        return openai.OpenAI(
            api_key=_key(self._settings),
            # Not what the environment says for another endpoint.
            organization="",
            project="",
            base_url=self._settings.base_url,
            timeout=self._settings.timeout_s,
            max_retries=self._settings.retries,
            http_client=openai.DefaultHttpxClient(
                trust_env=False,
                follow_redirects=False,
                proxy=self._settings.proxy or None,
                event_hooks={"request": [take_turn]},
            ),
        )

    def _connection_words(self, error: openai.APIConnectionError) -> str:
        times = self._settings.retries + 1
        if isinstance(error, openai.APITimeoutError):
            seconds = self._settings.timeout_s
            return f"The endpoint was silent for {seconds:g} seconds, {times} times over; give it more time, or shorter answers."
        # By name: which library carries the requests changes with the version of openai.
        if type(error.__cause__).__name__ in ("RemoteProtocolError", "ReadError", "WriteError", "DecodingError"):
            return f"The endpoint broke off in the middle of an answer, {times} times over."
        return f"Nothing answers at the endpoint's address, {times} times over; is the server running?"


_NONSENSE = "What answers at the endpoint's address does not speak the OpenAI protocol; the address usually ends in /v1."


def _structured(prompt: Prompt) -> dict[str, object] | None:
    if prompt.schema is None:
        return None
    named = {"name": "judgement", "strict": True, "schema": prompt.schema}
    return {"response_format": {"type": "json_schema", "json_schema": named}}


def _status_words(status: int) -> str:
    match status:
        case 401 | 403:
            return f"The endpoint refuses the key (status {status})."
        case 404:
            return "The endpoint knows neither this address nor this model (status 404)."
        case 408 | 429:
            return f"The endpoint takes no more requests for now (status {status}); ask for fewer a minute, or look at its quota."
        case _ if status >= 500:
            return f"The endpoint fails inside (status {status})."
        case _ if 300 <= status < 400:
            return f"The endpoint sends us elsewhere (status {status}), where nobody asked us to go; give the right address."
        case _:
            return (
                f"The endpoint refuses the request (status {status}); it may not know structured answers, or one of the settings."
            )


def _reply_of(answer: object) -> Reply:
    """Look through what came back, of which nothing is certain but that it was sent with success."""
    choices = getattr(answer, "choices", None)
    message = getattr(choices[0], "message", None) if isinstance(choices, list) and choices else None
    if message is None:
        raise InputError(f"{_NONSENSE} {_KEPT}")
    text = getattr(message, "content", None)
    usage = getattr(answer, "usage", None)
    finished = getattr(choices[0], "finish_reason", None) if isinstance(choices, list) else None
    asked, answered = (_count(getattr(usage, name, None)) for name in ("prompt_tokens", "completion_tokens"))
    return Reply(text if isinstance(text, str) else "", asked, answered, finished != "length")


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None


def _key(settings: EndpointSettings) -> str:
    if settings.key_variable:
        key = os.environ.get(settings.key_variable, "")
        if not key:
            raise InputError("The environment variable that should hold the endpoint's key is not set, or empty.")
    elif settings.key_service:
        key = _from_keyring(settings.key_service)
    else:
        return _NO_KEY
    if not (key.isascii() and key.isprintable()):
        raise InputError("The endpoint's key has letters that no key has; look at how it is stored.")
    return key


def _from_keyring(service: str) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError as error:
        raise InputError("The system's keyring needs the package keyring; or give the key by an environment variable.") from error
    try:
        key = keyring.get_password(service, "coprescribe")
    except KeyringError as error:
        raise InputError("The system's keyring cannot be read.") from error
    if not key:
        raise InputError("The system's keyring has no key of that service for the user 'coprescribe'.")
    return key
