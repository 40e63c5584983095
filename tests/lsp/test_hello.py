"""What the server says of itself, to each kind of client."""

from __future__ import annotations

from .editor import MARKS, recorded

pytestmark = MARKS


async def test_the_server_says_what_it_can_do(editor):
    can = editor.hello.capabilities
    assert can.text_document_sync.change == 2
    assert can.text_document_sync.open_close is True
    assert can.code_lens_provider.resolve_provider is True
    assert can.code_action_provider.resolve_provider is True
    assert set(can.code_action_provider.code_action_kinds) == {
        "refactor.rewrite.expand",
        "refactor.rewrite.fill",
        "refactor.rewrite.regenerate",
        "refactor.rewrite.expandAll",
        "quickfix",
        "source.fixAll.plansmith",
    }
    assert editor.hello.server_info.name == "plansmith"


async def test_the_server_lists_its_commands(editor):
    commands = set(editor.hello.capabilities.execute_command_provider.commands)
    names = "expandTask expandAll writeSection regenerateSection toggleDone cancel showGraph"
    assert {f"plansmith.{name}" for name in names.split()} <= commands


async def test_the_server_takes_the_encoding_that_the_client_likes_best(editor):
    assert editor.encoding == {"vscode": "utf-16", "neovim": "utf-8"}[editor.name]


async def test_only_a_client_that_pulls_is_told_that_it_can(editor):
    provider = editor.hello.capabilities.diagnostic_provider
    assert (provider is not None) == (editor.name == "vscode")
    if provider is not None:
        assert provider.workspace_diagnostics is True


async def test_a_client_that_can_pull_but_is_not_refreshed_gets_pushed(start, tmp_path):
    capabilities = recorded("vscode", workspace__diagnostics=None)
    editor = await start("vscode", [tmp_path], capabilities)
    assert editor.hello.capabilities.diagnostic_provider is None


async def test_utf_32_is_spoken_where_it_is_the_first_choice(start, tmp_path):
    capabilities = recorded("neovim", general__positionEncodings=["utf-32", "utf-8", "utf-16"])
    editor = await start("neovim", [tmp_path], capabilities)
    assert editor.encoding == "utf-32"


async def test_an_encoding_that_nobody_knows_is_passed_over(start, tmp_path):
    capabilities = recorded("neovim", general__positionEncodings=["utf-7", "utf-8"])
    editor = await start("neovim", [tmp_path], capabilities)
    assert editor.encoding == "utf-8"
