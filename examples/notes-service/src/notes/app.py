"""The routes of the service."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

NOTES: list[str] = []


async def list_notes(request: Request) -> JSONResponse:
    """All notes, oldest first."""
    return JSONResponse(NOTES)


async def add_note(request: Request) -> JSONResponse:
    """Store one note."""
    NOTES.append((await request.json())["text"])
    return JSONResponse({"count": len(NOTES)}, status_code=201)


app = Starlette(
    routes=[
        Route("/notes", list_notes),
        Route("/notes", add_note, methods=["POST"]),
    ]
)
