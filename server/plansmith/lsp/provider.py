"""Who writes, for all runs of a connection: the user's settings, the open model, the places at it, the kept plans."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from plansmith.expand.claude import Claude, claude_for
from plansmith.expand.errors import ModelError
from plansmith.expand.keep import Keep
from plansmith.expand.writers import ModelWriter, OfflineWriter, Writer, writer_for
from plansmith.plan.files import Files
from plansmith.workspace.user import OFFLINE, choose_provider, load_user_settings

from .session import OpenDocument, file_path

if TYPE_CHECKING:
    from .server import PlansmithServer

logger = logging.getLogger(__name__)

_IDLE = 1.0  # seconds after a document was opened


class Provider:
    """The model's connection is kept between runs, and made anew when the user's settings change."""

    def __init__(self, server: PlansmithServer) -> None:
        """Reads the user's settings."""
        self._server = server
        self._model: Claude | None = None
        self._told: set[str] = set()
        self._retired: list[Claude] = []
        self._preparing: asyncio.TimerHandle | None = None
        self.trouble: ModelError | None = None
        """Why the model could not be asked when it was last tried."""
        self.reload()

    def reload(self) -> None:
        """Read the user's settings, and make the model anew when it is next asked for."""
        self.settings = load_user_settings(os.environ)
        self.plans = Keep(self.settings.cache_folder)
        self.places = asyncio.Semaphore(self.settings.concurrency)
        self.trouble = None
        if self._model is not None:
            # A run may be using it still.
            self._retired.append(self._model)
            self._model = None

    def tell_mistakes(self, mistakes: Sequence[str] | None = None) -> None:
        """Tell what is wrong in the user's settings, or in something else that the user wrote; each mistake once."""
        for mistake in self.settings.mistakes if mistakes is None else mistakes:
            if mistake not in self._told:
                self._told.add(mistake)
                message = f"Plansmith: {mistake}"
                self._server.window_show_message(
                    types.ShowMessageParams(type=types.MessageType.Warning, message=message)
                )

    @property
    def is_offline(self) -> bool:
        """Whether the embedded planner writes."""
        return choose_provider(self.settings, os.environ) == OFFLINE

    def model(self) -> Claude:
        """The model, which begins to make itself ready; `ModelError` says why there is none."""
        if self._model is None:
            self._model = claude_for(self.settings, os.environ)
            self._server.keep(asyncio.ensure_future(self._prepare(self._model)))
        return self._model

    async def writer(self, opened: OpenDocument, *, offline: bool = False) -> Writer:
        """Who writes in a run over a document."""
        model = None if offline or self.is_offline else self.model()
        session = self._server.session
        around = await self._server.surroundings(opened.uri)
        root, path = session.root(opened.uri), file_path(opened.uri)
        place = path.relative_to(root).as_posix() if root and path and path.is_relative_to(root) else ""
        if model is None:
            return OfflineWriter(around.stack, around.files, place)
        writer = await writer_for(
            opened.document, self.settings, os.environ, around.stack, around.files, root,
            trusted=session.trusted, place=place, model=model, see_files=lambda: session.files(opened.uri),
        )  # fmt: skip
        if isinstance(writer, ModelWriter):
            self.tell_mistakes(writer.problems)
        return writer

    def judged_files(self, opened: OpenDocument) -> Files | None:
        """The files that a model's plan is checked against; None where the model may not be told of them."""
        session = self._server.session
        return session.files(opened.uri) if session.trusted and self.settings.send != "document" else None

    def prepare_when_idle(self) -> None:
        """Make the model ready once the client has nothing else to do, so that the first expansion need not wait."""
        if self._preparing is not None:
            self._preparing.cancel()
        if self._model is None and not self.is_offline:
            self._preparing = asyncio.get_running_loop().call_later(_IDLE, self._begin)

    async def close(self) -> None:
        """Close the connections to the model."""
        if self._preparing is not None:
            self._preparing.cancel()
        models = [*self._retired, *([self._model] if self._model else [])]
        self._retired, self._model = [], None
        for model in models:
            await model.close()

    def _begin(self) -> None:
        try:
            self.model()
        except ModelError as problem:
            logger.info("no model: %s", problem)

    async def _prepare(self, model: Claude) -> None:
        try:
            await model.prepare()
        except Exception as problem:  # it is told where it is asked
            logger.info("the model could not be made ready: %s", problem)
