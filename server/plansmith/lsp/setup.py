"""How the server is set up, for people who ask why something does not work; no character of a key is in it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from plansmith import __version__
from plansmith.expand.credentials import access_for
from plansmith.expand.errors import ModelError

from .session import file_path

if TYPE_CHECKING:
    from .server import PlansmithServer


def setup_answer(ls: PlansmithServer, uri: str | None) -> dict[str, Any]:
    """The version, the workspace around a document, trust, and who writes; `text` has it all, a line for each.

    `problems` are what the user can mend, a line for each; `key` says where the key comes from.
    """
    session, provider = ls.session, ls.provider
    settings = provider.settings
    opened = session.documents.get(uri) if uri else None
    root = session.root(uri) if uri else None
    path = session.configuration(uri).path if uri else None
    setup: dict[str, Any] = {
        "version": __version__,
        "python": f"{sys.executable} ({sys.version.split()[0]})",
        "folders": [str(file_path(folder) or folder) for folder in session.folders],
        "root": str(root) if root else None,
        "configuration": path,
        "tasks": len(opened.document.tasks) if opened else None,
        "checked": not opened.is_off if opened else None,
        "trusted": session.trusted,
        "settings": settings.path or None,
        "provider": "offline" if provider.is_offline else "anthropic",
        "model": None,
        "address": None,
        "key": None,
        "problems": list(settings.mistakes),
    }
    if not provider.is_offline:
        setup["model"] = settings.model
        try:
            access = access_for(settings, os.environ)
            setup["address"], setup["key"] = access.origin, access.described
        except ModelError as problem:
            setup["problems"].append(str(problem))
    return {**setup, "text": _text(setup)}


def _text(setup: dict[str, Any]) -> str:
    offline = setup["provider"] == "offline"
    lines = [
        f"Version: {setup['version']}",
        f"Python: {setup['python']}",
        f"Folders: {', '.join(setup['folders']) or 'none; each file is looked at alone'}",
    ]
    if setup["root"]:
        lines += [f"Root: {setup['root']}", f"Configuration: {setup['configuration'] or 'none; all is as by default'}"]
    if setup["tasks"] is not None:
        off = "" if setup["checked"] else "; the document is switched off"
        lines.append(f"Tasks in the document: {setup['tasks']}{off}")
    lines += [
        f"Trusted: {'yes' if setup['trusted'] else 'no; only the document itself is sent to a model'}",
        f"The user's settings: {setup['settings'] or 'no folder for them is known'}",
        f"Who writes: {'the offline planner' if offline else setup['model']}",
    ]
    if setup["address"]:
        lines += [f"Address: {setup['address']}", f"Key: {setup['key']}"]
    lines += [f"Problem: {problem}" for problem in setup["problems"]]
    return "".join(f"{line}\n" for line in lines)
