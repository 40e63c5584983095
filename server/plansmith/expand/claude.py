"""Claude through its SDK; the only file that knows it.

The SDK takes credentials, headers and addresses from the environment where it can. Here everything is explicit: what
is not configured is not sent. The one thing left to the environment are proxies, which belong to the machine's
network: a request by https may pass one, since it can't be read there; one by plain http, which goes to this machine
only, never does.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

from plansmith.workspace.user import UserSettings

from .answer import LONGEST, TOO_LONG, StreamedAnswer, said_after
from .credentials import Access, access_for, check_address
from .errors import ModelError, RetryableError
from .model import Block, Event, Request

if TYPE_CHECKING:
    import anthropic

_CLOSING: Final = 0.5  # seconds in which an answer that has ended may close its connection in good order


def claude_for(settings: UserSettings, environment: Mapping[str, str]) -> Claude:
    """The model that the user configured; `ModelError` says why there is none."""
    return Claude(
        access_for(settings, environment),
        settings.model,
        effort=settings.effort,
        connect_timeout=settings.connect_timeout,
        silence_timeout=settings.silence_timeout,
        configuration=settings.path,
    )


class Claude:
    """One configured model at one address; connections are kept between requests."""

    def __init__(
        self,
        access: Access,
        model: str,
        *,
        effort: str | None = None,
        connect_timeout: float = 10,
        silence_timeout: float = 90,
        configuration: str = "",
    ) -> None:
        """Time-outs are in seconds: for connecting, and for silence between two events.

        `configuration` is the path of the user's configuration, for messages.
        """
        check_address(access.base_url)
        self.name = model
        self._access = access
        self._effort = effort
        self._connect = connect_timeout
        self._silence = silence_timeout
        self._configuration = configuration or "the user’s configuration"
        self._client: anthropic.AsyncAnthropic | None = None
        self._making = asyncio.Lock()

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        """Ask once; see `Model.stream`."""
        client = await self._ready()
        answer = StreamedAnswer(self.name)
        stop: object = None
        stream: Any = None
        try:
            stream = await client.messages.create(**self._parameters(request))
            self._check_type(stream.response.headers.get("content-type", ""))
            events = _events(stream)
            async for event in events:
                told = answer.read(event)
                stop = _stop_reason(event, stop)
                if told is not None:
                    yield told
                if answer.ended:
                    break
            if answer.ended:
                await _finished(events)
        except Exception as problem:
            raise self._told(problem, answer) from problem
        finally:
            if stream is not None:
                # Also when whoever reads has gone: the request to the model ends with it.
                await asyncio.shield(stream.close())
        end = answer.end()
        if stop not in _ENDINGS:
            raise self._told(_unknown_end(self.name, stop), answer)
        yield end

    def shown(self, request: Request) -> str:
        """All that would be sent, as text: the address, the parameters, each block with its cache mark; no key."""
        return shown_request(f"{self._access.base_url.rstrip('/')}/v1/messages", self._parameters(request))

    async def prepare(self) -> None:
        """Do ahead, off the event loop, what the first request would wait for."""
        await self._ready()

    async def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _ready(self) -> anthropic.AsyncAnthropic:
        # Requests that start together share one client, or the others' connections would be left open.
        async with self._making:
            if self._client is None:
                # The SDK takes seconds to import: not on the event loop.
                self._client = await asyncio.to_thread(self._make)
            return self._client

    def _make(self) -> anthropic.AsyncAnthropic:
        import anthropic

        access = self._access
        mounts: dict[str, Any] = {} if access.origin.startswith("https:") else {"all://": None, "http://": None}
        credential: dict[str, Any] = {"profile": access.profile} if access.profile else {"api_key": access.key or ""}
        headers: dict[str, Any] = dict(access.headers)
        if not access.key and not access.profile:
            # An empty key is an explicit one; without any, the SDK looks for tokens and profiles of its own.
            headers = {"Authorization": anthropic.Omit(), "X-Api-Key": anthropic.Omit(), **headers}
        client = anthropic.AsyncAnthropic(
            **credential,
            base_url=access.base_url,
            max_retries=0,
            timeout=anthropic.Timeout(self._silence, connect=self._connect),
            default_headers=headers,
            http_client=anthropic.DefaultAsyncHttpxClient(follow_redirects=False, mounts=mounts),
            # The environment could have prompts exported to wherever it says.
            open_telemetry=False,
        )
        # ANTHROPIC_CUSTOM_HEADERS would go to any address; there is no argument that leaves them out.
        client._custom_headers = headers
        return client

    def _parameters(self, request: Request) -> dict[str, Any]:
        parameters: dict[str, Any] = {
            "model": self.name,
            "max_tokens": request.max_output,
            "system": [_block(block) for block in request.system],
            "messages": [{"role": "user", "content": [_block(block) for block in request.user]}],
            "stream": True,
        }
        if self._effort is not None:
            parameters["output_config"] = {"effort": self._effort}
        return parameters

    def _check_type(self, content_type: str) -> None:
        """A page of some portal or proxy is no answer of a model."""
        if "event-stream" not in content_type:
            kind = content_type.partition(";")[0].strip()
            raise ModelError(
                "address",
                f"{self._access.origin} answered with {self._said(kind) or 'something else'}, not with a model's "
                "stream; check the base URL, and whether a proxy or a sign-in page stands between",
            )

    def _told(self, problem: Exception, answer: StreamedAnswer) -> ModelError:
        """The SDK's or the HTTP library's error as one that says what to do."""
        told = self._translated(problem)
        told.partial = told.partial or answer.text
        told.usage = answer.usage_so_far()
        return told

    def _translated(self, problem: Exception) -> ModelError:
        import anthropic

        where = self._access.origin
        if isinstance(problem, ModelError):
            return problem
        if isinstance(problem, anthropic.APIStatusError):
            return self._status(problem)
        chain = list(_chain(problem))
        names = {type(cause).__name__ for cause in chain}
        if "ConnectTimeout" in names:
            message = f"{where} could not be connected within {self._connect:g} s; check the network and the base URL"
            return RetryableError("timeout", message)
        if isinstance(problem, (anthropic.APITimeoutError, TimeoutError)) or any("Timeout" in name for name in names):
            message = (
                f"{where} was silent for more than {self._silence:g} s; try again, or set `silence-timeout` higher"
            )
            return RetryableError("timeout", message)
        if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in chain):
            message = (
                f"The certificate of {where} can't be verified; where a proxy of your company stands between, name its "
                "certificate in SSL_CERT_FILE"
            )
            return ModelError("certificate", message)
        if isinstance(problem, anthropic.APIConnectionError):
            why = self._said(str(chain[-1])) if len(chain) > 1 else ""
            message = f"{where} can't be reached{f' ({why})' if why else ''}; check the network and the base URL"
            return RetryableError("network", message)
        if isinstance(problem, (ValueError, TypeError, AttributeError, KeyError, anthropic.APIResponseValidationError)):
            # Broken JSON, or a field that is not there.
            return RetryableError("malformed", f"{where} sent something that can't be read; try again")
        if isinstance(problem, (OSError, EOFError)) or any(
            type(cause).__module__.partition(".")[0] in _HTTP_LIBRARIES for cause in chain
        ):
            message = f"The connection to {where} broke while the model was writing; try again"
            return RetryableError("connection", message)
        said = self._said(str(problem))
        return ModelError("internal", f"Asking {where} failed: {type(problem).__name__}{f': {said}' if said else ''}")

    def _status(self, problem: anthropic.APIStatusError) -> ModelError:
        """A status, or an error event within a stream, whose status is 200."""
        kind = str(problem.type or "")
        status = problem.status_code if problem.status_code != 200 else _STATUSES.get(kind, 500)
        where, said = self._access.origin, self._said(_words(problem))
        if 300 <= status < 400:
            return ModelError(
                "redirect", f"{where} redirects elsewhere, which is not followed; set the base URL to the right address"
            )
        if status in (401, 403):
            return self._refused(status, said)
        if status == 404:
            return self._not_found(kind, said)
        if status == 402 or kind == "billing_error":
            return ModelError("billing", f"{where} wants to be paid first{said_after(said)}; see the account there")
        if status == 413 or (status in (400, 422) and _is_too_long(said)):
            return ModelError("context", TOO_LONG)
        wait = _retry_after(problem.response.headers)
        error: ModelError
        if status == 429:
            when = f"asks to wait {_seconds(wait)}" if wait is not None else "names no time to wait"
            error = RetryableError(
                "rate-limit", f"{where} limits how often it is asked, and {when}; try again then", wait=wait
            )
        elif status == 529 or kind == "overloaded_error":
            error = RetryableError("overload", f"{where} is overloaded; try again in a few minutes", wait=wait)
        elif status in (408, 409) or status >= 500:
            error = RetryableError(
                "server", f"{where} failed (status {status}){said_after(said)}; try again", wait=wait
            )
        else:
            message = (
                f"{where} did not accept the request (status {status}){said_after(said)}; check the user's settings"
            )
            error = ModelError("request", message)
        if isinstance(error, RetryableError) and problem.response.headers.get("x-should-retry") == "false":
            return ModelError(error.kind, f"{error}" if not said or said in str(error) else f"{error} ({said})")
        return error

    def _refused(self, status: int, said: str) -> ModelError:
        where = self._access.origin
        if self._access.key is None and not self._access.profile:
            message = (
                f"{where} wants a key, and none is set for it: keys go to their own origin only; "
                f'store one under [keys] in {self._configuration} as "{where}" = "…"'
            )
            return ModelError("no-key", message)
        if status == 401:
            return ModelError("refused-key", f"{where} refused the key {self._access.described}; set another one")
        message = f"{where} does not allow this with the key {self._access.described}{said_after(said)}"
        return ModelError("refused-key", f"{message}; use another key or model")

    def _not_found(self, kind: str, said: str) -> ModelError:
        where = self._access.origin
        if kind == "not_found_error" or self.name in said:
            return ModelError("unknown-model", f"{where} knows no model “{self.name}”; set `model` to one that it has")
        message = (
            f"{self._access.base_url} has no model “{self.name}”, or no Messages API; check `model` and `base-url`"
        )
        return ModelError("unknown-model", message)

    def _said(self, text: str) -> str:
        """Words of others on one line; nothing at all where they repeat a part of the key."""
        line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
        for secret in (self._access.key or "", *self._access.headers.values()):
            size = min(len(secret), 5)
            if size and any(secret[at : at + size] in line for at in range(len(secret) - size + 1)):
                return ""
        return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def shown_request(address: str, body: Mapping[str, Any]) -> str:
    """The body of a request as text: its parameters as JSON, a line each, and then its blocks as they are."""
    lines = [f"POST {address}"]
    lines += [f"{name}: {json.dumps(value)}" for name, value in sorted(body.items()) if name not in _BLOCKS]
    parts = ["\n".join(lines)]
    turns = [("system", body["system"]), *((message["role"], message["content"]) for message in body["messages"])]
    for role, blocks in turns:
        for number, block in enumerate(blocks, 1):
            mark = block.get("cache_control")
            kept = f"; cache_control: {json.dumps(mark)}" if mark else ""
            parts.append(f"=== {role}, block {number} of {len(blocks)}{kept} ===\n\n{block['text']}")
    return "\n\n".join(parts) + "\n"


_BLOCKS: Final = ("system", "messages")
_HTTP_LIBRARIES: Final = ("httpx2", "httpcore2", "httpx", "httpcore", "anyio", "h11", "ssl")
# A model that calls a tool, of which it has none, has written what the rules then judge.
_ENDINGS: Final = ("end_turn", "stop_sequence", "max_tokens", "tool_use")
_STATUSES: Final = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
_TOO_LONG_WORDS: Final = (
    "prompt is too long",
    "input is too long",
    "context length",
    "context window",
    "context limit",
    "context size",
    "too many tokens",
)


async def _events(stream: anthropic.AsyncStream[Any]) -> AsyncIterator[object]:
    """The events of a stream as the JSON that came, pings too.

    The SDK's own iteration passes a ping over unread, however broken it is; and it builds a value of its own from
    each event, which costs more than all else that is done with one.
    """
    import anthropic

    async for event in anthropic.AsyncStream.raw_events(stream.response):
        if event.event is None or not event.data:
            continue
        if event.event == "error":
            raise anthropic.APIStatusError(event.data, response=stream.response, body=_json_or_text(event.data))
        yield event.json()


def _stop_reason(event: object, before: object) -> object:
    """Why the answer ends, where an event says so; else what was said before."""
    delta = event.get("delta") if isinstance(event, dict) and event.get("type") == "message_delta" else None
    return delta.get("stop_reason") if isinstance(delta, dict) else before


def _unknown_end(model: str, stop: object) -> ModelError:
    """An answer that ended without being whole, or for a reason that says nothing of that."""
    if stop == "pause_turn":
        why = "paused before the end of its answer"
    elif isinstance(stop, str):
        why = f"ended its answer for a reason that is not known here ({stop[:40]})"
    else:
        why = "ended its answer without saying why"
    return ModelError("stopped", f"{model} {why}; continue the unfinished plan, or try again")


def _json_or_text(data: str) -> object:
    try:
        return json.loads(data)
    except ValueError:
        return data


async def _finished(events: AsyncIterator[object]) -> None:
    """Read to the very end, so that the connection serves the next request; an answer that has ended can't fail."""

    async def drain() -> None:
        async for _ in events:
            pass

    try:
        await asyncio.wait_for(drain(), _CLOSING)
    except Exception:  # the plan is there, and whatever comes after it is no part of it
        return


def _chain(problem: BaseException) -> Iterator[BaseException]:
    """An error and what caused it, the deepest last."""
    seen: set[int] = set()
    cause: BaseException | None = problem
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


def _block(block: Block) -> dict[str, Any]:
    content: dict[str, Any] = {"type": "text", "text": block.text}
    if block.mark:
        content["cache_control"] = {"type": "ephemeral"}
    return content


def _words(problem: anthropic.APIStatusError) -> str:
    """The provider's own words, of a body that has its shape; a page of another shape says nothing."""
    error = problem.body.get("error") if isinstance(problem.body, dict) else None
    text = error.get("message") if isinstance(error, dict) else None
    return text if isinstance(text, str) else ""


def _is_too_long(said: str) -> bool:
    folded = said.lower().replace("_", " ")
    return any(words in folded for words in _TOO_LONG_WORDS)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """How long the provider asks to wait: `retry-after-ms`, or `retry-after` in seconds or as a date."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            number = float(headers[name]) * unit
        except (KeyError, ValueError):
            continue
        if 0 <= number < float("inf"):
            return number
    try:
        return max(parsedate_to_datetime(headers["retry-after"]).timestamp() - time.time(), 0.0)
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


def _seconds(wait: float) -> str:
    return f"{wait:g} s" if wait < 120 else f"{wait / 60:.0f} min"
