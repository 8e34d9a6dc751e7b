"""A language model's server on loopback that speaks the OpenAI protocol over real HTTP, in good order and out of it.

    with ModelServer() as server:
        server.reply = "That sounds lonely. What was it like?"
        server.forms["ExtractionAnswer"] = {"events": []}
        server.faults.append("500")          # the next request only
        server.always = "cut"                # every request from now on
        server.requests[-1]["messages"]      # what it was asked

`FAULTS` lists what it can do wrong. Stopping and starting keeps the port.
"""

import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REPLY = "That sounds lonely, the dishes there again and nobody asking. What was the hardest moment of it?"
FAULTS = ("429", "500", "cut", "slow", "malformed", "refusal", "empty", "hang up", "not json")
SLOW_SECONDS = 0.6
KINDS = {"string": "", "number": 0, "integer": 0, "boolean": False, "array": [], "object": {}, "null": None}


class ModelServer:
    def __init__(self):
        self.requests: list[dict] = []  # bodies, with "path" and "at" (time.monotonic)
        self.faults: deque[str] = deque()
        self.always: str | None = None
        self.spares = lambda body: False  # requests that no fault touches
        self.reply: str | Callable[[dict], str] = REPLY
        self.forms: dict[str, dict | str | Callable[[dict], dict]] = {}
        self.takes = {"json_schema", "json_object", "embeddings", "max_tokens", "temperature"}
        self.width = 1536
        self.retry_after: str | None = "0.1"
        self.pace = 0.0  # seconds between the pieces of a reply
        self.sent: list[tuple[str, float]] = []  # pieces of replies, and when they left
        self.port = 0
        self._server = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def start(self) -> None:
        model_server = self

        class Handler(_Handler):
            model = model_server

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *trouble):
        self.stop()

    # --- what tests look at
    @property
    def prompts(self) -> list[str]:
        """Everything it was asked, as text."""
        return [json.dumps(body, ensure_ascii=False) for body in self.requests]

    def asked_for(self, form: str) -> list[dict]:
        return [body for body in self.requests if form_of(body) == form]

    def replies_asked(self) -> list[dict]:
        return [body for body in self.requests if body.get("stream")]

    def fault_for(self, body: dict) -> str | None:
        if self.spares(body):
            return None
        return self.faults.popleft() if self.faults else self.always


def form_of(body: dict) -> str:
    """The name of the form a request asks for, however it asks."""
    shape = body.get("response_format") or {}
    if shape.get("type") == "json_schema":
        return shape["json_schema"]["name"]
    found = re.search(r"one JSON object \((\w+)\)", json.dumps(body.get("messages", "")))
    return found[1] if found else ""


class _Handler(BaseHTTPRequestHandler):
    model: ModelServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        self._json(200, {"object": "list", "data": [{"id": "large"}, {"id": "small"}]})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.model.requests.append(body | {"path": self.path, "at": time.monotonic()})
        if self.path.endswith("/embeddings"):
            return self._embeddings(body)
        if (unknown := self._unknown(body)) is not None:
            return self._json(
                400, {"error": {"message": f"Unsupported: {body}", "param": unknown, "code": "unsupported"}}
            )
        fault = self.model.fault_for(body)
        if fault in ("429", "500"):
            wait = {"Retry-After": self.model.retry_after} if self.model.retry_after else {}
            return self._json(int(fault), {"error": {"message": f"You said: {body}"}}, wait if fault == "429" else {})
        if fault == "hang up":
            self.close_connection = True
            return None
        if fault == "slow":
            time.sleep(SLOW_SECONDS)
        text = self._text(body)
        return self._stream(text, fault) if body.get("stream") else self._whole(text, fault)

    def _unknown(self, body: dict) -> str | None:
        """The parameter this server does not take; empty when it does not say which."""
        takes, shape = self.model.takes, (body.get("response_format") or {}).get("type")
        if shape and shape not in takes:
            return ""
        return next((name for name in ("max_tokens", "temperature") if name in body and name not in takes), None)

    def _text(self, body: dict) -> str:
        form = form_of(body)
        if not form:
            return self.model.reply(body) if callable(self.model.reply) else self.model.reply
        answer = self.model.forms.get(form)
        answer = answer(body) if callable(answer) else answer
        if answer is None:
            schema = (body.get("response_format") or {}).get("json_schema", {}).get("schema")
            answer = smallest(schema, schema.get("$defs", {})) if schema else {}
        return answer if isinstance(answer, str) else json.dumps(answer)

    def _whole(self, text: str, fault: str | None) -> None:
        message = {"role": "assistant", "content": text}
        if fault == "refusal":
            message = {"role": "assistant", "content": None, "refusal": "I can't help with that."}
        if fault == "empty":
            message["content"] = ""
        if fault == "malformed":
            message["content"] = '{"events": [{"qu'
        if fault == "not json":
            return self._bytes(200, b"<html>Bad gateway</html>", "text/html")
        answer = {"id": "1", "object": "chat.completion", "model": "test", "created": 1}
        answer["choices"] = [{"index": 0, "message": message, "finish_reason": "stop"}]
        if fault == "cut":
            whole = json.dumps(answer).encode()
            return self._bytes(200, whole[: len(whole) // 2], "application/json", length=len(whole))
        return self._json(200, answer)

    def _stream(self, text: str, fault: str | None) -> None:
        if fault == "not json":
            return self._bytes(200, b"<html>Bad gateway</html>", "text/html")
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        pieces = re.findall(r"\S+\s*|\s+", text)
        if fault == "empty":
            pieces = []
        if fault == "refusal":
            self._event(json.dumps(_chunk({"refusal": "I can't help with that."})))
            pieces = []
        try:
            for number, piece in enumerate(pieces):
                if fault == "cut" and number >= len(pieces) // 2:
                    self.close_connection = True
                    return None
                if fault == "malformed" and number == 1:
                    self._event('{"choices": [{"delta": {"con')
                self._event(json.dumps(_chunk({"content": piece})))
                self.model.sent.append((piece, time.monotonic()))
                time.sleep(self.model.pace)
            self._event(json.dumps(_chunk({}, "stop")))
            self._event("[DONE]")
            self.wfile.write(b"0\r\n\r\n")
        except OSError:  # the caller has had enough
            self.close_connection = True
        return None

    def _event(self, data: str) -> None:
        event = f"data: {data}\n\n".encode()
        self.wfile.write(f"{len(event):x}\r\n".encode() + event + b"\r\n")
        self.wfile.flush()

    def _embeddings(self, body: dict) -> None:
        if "embeddings" not in self.model.takes:
            return self._json(404, {"error": {"message": "no such thing"}})
        texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
        rows = [[float(1 + (len(text) + place) % 7) for place in range(self.model.width)] for text in texts]
        data = [{"object": "embedding", "index": index, "embedding": row} for index, row in enumerate(rows)]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return self._json(200, {"object": "list", "data": data, "model": body["model"], "usage": usage})

    def _json(self, status: int, answer: dict, headers: dict | None = None) -> None:
        self._bytes(status, json.dumps(answer).encode(), "application/json", headers=headers)

    def _bytes(
        self, status: int, body: bytes, kind: str, *, length: int | None = None, headers: dict | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length or len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        if length:
            self.close_connection = True


def _chunk(delta: dict, finish: str | None = None) -> dict:
    return {
        "id": "1",
        "object": "chat.completion.chunk",
        "model": "test",
        "created": 1,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }


def smallest(schema: dict, definitions: dict):
    """The smallest answer that fits a schema."""
    if "$ref" in schema:
        return smallest(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return smallest(schema["anyOf"][-1], definitions)
    if "properties" in schema:
        return {name: smallest(part, definitions) for name, part in schema["properties"].items()}
    return KINDS[schema.get("type", "string")]
