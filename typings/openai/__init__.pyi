"""What we call of openai. Answers are left open: a server may send anything, and they are looked through as such."""

from collections.abc import Callable, Mapping, Sequence

class OpenAIError(Exception): ...

class APIError(OpenAIError):
    message: str

class APIStatusError(APIError):
    status_code: int

class APIConnectionError(APIError): ...
class APITimeoutError(APIConnectionError): ...
class APIResponseValidationError(APIError): ...

class DefaultHttpxClient:
    def __init__(
        self,
        *,
        trust_env: bool,
        follow_redirects: bool,
        proxy: str | None,
        event_hooks: Mapping[str, Sequence[Callable[[object], None]]],
    ) -> None: ...

class _Completions:
    def create(
        self,
        *,
        model: str,
        messages: Sequence[Mapping[str, str]],
        temperature: float,
        top_p: float,
        max_tokens: int,
        seed: int,
        extra_body: Mapping[str, object] | None = ...,
    ) -> object: ...

class _Chat:
    completions: _Completions

class OpenAI:
    chat: _Chat
    def __init__(
        self,
        *,
        api_key: str,
        organization: str,
        project: str,
        base_url: str,
        timeout: float,
        max_retries: int,
        http_client: DefaultHttpxClient,
    ) -> None: ...
    def close(self) -> None: ...
