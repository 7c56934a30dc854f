"""An OpenAI-compatible server on loopback for tests: answers by a function, with faults where a test wants them."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

Fault = Literal["", "refused", "429", "500", "404", "context", "bad", "slow", "cut", "html", "empty", "other", "redirect"]
Request = Mapping[str, object]
# Text, tokens of prompt and answer (None: not told), why it ended.
Said = tuple[str, int | None, int | None, str]
_STATUS = {"refused": 401, "429": 429, "500": 500, "404": 404, "context": 400, "bad": 400}


def question_of(request: Request) -> str:
    """The user's message."""
    messages = request["messages"]
    assert isinstance(messages, list)
    return str(messages[-1]["content"])


class TeacherServer:
    """What was asked, in order, and how to answer. `fault` is called with the number of the request, from 0."""

    def __init__(self, answer: Callable[[Request], Said], fault: Callable[[int], Fault]) -> None:
        self.asked: list[Request] = []
        self.headers: list[Mapping[str, str]] = []
        self.times_s: list[float] = []
        self.ended = threading.Event()
        self._answer, self._fault = answer, fault
        self._lock = threading.Lock()
        self.url = ""

    def questions(self) -> list[str]:
        """The user's messages in order."""
        return [question_of(request) for request in self.asked]

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        request = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        with self._lock:
            number = len(self.asked)
            self.asked.append(request)
            self.headers.append({name.lower(): value for name, value in handler.headers.items()})
            self.times_s.append(time.monotonic())
            fault = self._fault(number)
        if handler.path != "/v1/chat/completions" or fault == "404":
            return _send(handler, 404, {"error": {"message": "no such page"}})
        if fault == "redirect":
            return _send(handler, 307, {}, {"Location": "http://127.0.0.2:9/v1/chat/completions"})
        if fault in _STATUS:
            words = "the request exceeds the available context size" if fault == "context" else "no"
            return _send(handler, _STATUS[fault], {"error": {"message": words}}, {"Retry-After-Ms": "1"})
        if fault == "slow":
            self.ended.wait(20)
        text, asked, answered, finished = self._answer(request)
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finished}
        usage = None if asked is None else {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": 0}
        whole = {"id": "1", "object": "chat.completion", "created": 0, "model": "tiny", "choices": [choice], "usage": usage}
        return _respond(handler, fault, whole)


def _respond(handler: BaseHTTPRequestHandler, fault: Fault, whole: Mapping[str, object]) -> None:
    match fault:
        case "cut":
            handler.send_response(200)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", "5000")
            handler.end_headers()
            handler.wfile.write(json.dumps(whole).encode()[:100])
            handler.close_connection = True
        case "html":
            body = b"<html><body>Welcome to the intranet</body></html>"
            handler.send_response(200)
            handler.send_header("Content-Type", "text/html")
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)
        case "empty":
            _send(handler, 200, {"choices": []})
        case "other":
            _send(
                handler,
                200,
                {"choices": [{"message": {"content": {"a": 1}}, "finish_reason": 3}], "usage": {"prompt_tokens": "9"}},
            )
        case _:
            _send(handler, 200, whole)


def _send(
    handler: BaseHTTPRequestHandler, status: int, body: Mapping[str, object], headers: Mapping[str, str] | None = None
) -> None:
    data = json.dumps(body).encode()
    handler.send_response(status)
    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **(headers or {})}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(data)


def fixed(text: str) -> Callable[[Request], Said]:
    """Always the same answer, of 100 and 50 tokens."""
    return lambda _request: (text, 100, 50, "stop")


@contextmanager
def serving(answer: Callable[[Request], Said], fault: Callable[[int], Fault] = lambda _number: "") -> Iterator[TeacherServer]:
    """A server on a free port of loopback."""
    teacher = TeacherServer(answer, fault)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            try:
                teacher.serve(self)
            except (BrokenPipeError, ConnectionResetError):
                # The client has given up waiting, as a test of slow servers wants it to.
                self.close_connection = True

        def log_request(self, _code: object = "-", _size: object = "-") -> None:
            """Nothing is logged."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        teacher.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        try:
            yield teacher
        finally:
            teacher.ended.set()
            server.shutdown()
            thread.join()
