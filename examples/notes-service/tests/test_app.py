"""The routes answer."""

from notes.app import app
from starlette.testclient import TestClient


def test_a_note_that_was_added_is_listed() -> None:
    client = TestClient(app)
    client.post("/notes", json={"text": "milk"})
    assert client.get("/notes").json() == ["milk"]
