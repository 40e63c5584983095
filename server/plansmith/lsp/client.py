"""What the client can do: its declarations, read once, as answers to the questions that the server has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lsprotocol import types

from .position import Encoding
from .semantic_tokens import token_support


class Client:
    """What the client declared, as answers to the questions that the server has."""

    def __init__(self, params: types.InitializeParams) -> None:
        """Read the capabilities once; what is not declared is not there."""
        capabilities = params.capabilities
        document = capabilities.text_document
        workspace = capabilities.workspace
        window = capabilities.window
        general = capabilities.general
        offered = (general.position_encodings if general else None) or [types.PositionEncodingKind.Utf16]
        self.encoding = next(
            (Encoding(str(_value(kind))) for kind in offered if _value(kind) in _ENCODINGS), Encoding.UTF16
        )
        pull = document.diagnostic if document else None
        refresh = workspace.diagnostics if workspace else None
        # One way only: a client that gets findings both ways shows them twice.
        self.pulls = pull is not None and bool(refresh and refresh.refresh_support)
        published = document.publish_diagnostics if document else None
        shown = pull if self.pulls else published
        self.related = bool(shown and getattr(shown, "related_information", None))
        edit = workspace.workspace_edit if workspace else None
        self.refuses_stale = bool(edit and edit.document_changes)
        # Neovim does not declare that it knows versioned edits, and drops a stale one without a word.
        is_neovim = bool(params.client_info and params.client_info.name == "Neovim")
        self.document_changes = self.refuses_stale or is_neovim
        self.takes_0_for_none = is_neovim
        self.applies_edits = bool(workspace and workspace.apply_edit)
        self.progress = bool(window and window.work_done_progress)
        lens = workspace.code_lens if workspace else None
        self.lens_refresh = bool(lens and lens.refresh_support)
        watched = workspace.did_change_watched_files if workspace else None
        self.watches = bool(watched and watched.dynamic_registration)
        operations = workspace.file_operations if workspace else None
        self.tells_renames = bool(operations and operations.will_rename)
        action = document.code_action if document else None
        self.action_literals = bool(action and action.code_action_literal_support)
        resolve = action.resolve_support if action else None
        keeps_data = bool(action and action.data_support)
        self.resolves_edits = keeps_data and bool(resolve and "edit" in resolve.properties)
        hover = document.hover if document else None
        self.hover_markdown = _prefers_markdown(hover.content_format if hover else None)
        symbols = document.document_symbol if document else None
        self.nests_symbols = bool(symbols and symbols.hierarchical_document_symbol_support)
        folding = document.folding_range if document else None
        self.folds_lines_only = bool(folding and folding.line_folding_only)
        self.fold_limit = folding.range_limit if folding else None
        fold_kinds = folding.folding_range_kind if folding else None
        self.fold_kinds = frozenset(str(_value(kind)) for kind in (fold_kinds and fold_kinds.value_set) or ())
        definition = document.definition if document else None
        self.links_definitions = bool(definition and definition.link_support)
        links = document.document_link if document else None
        self.link_tooltips = bool(links and links.tooltip_support)
        rename = document.rename if document else None
        annotations = edit.change_annotation_support if edit and self.refuses_stale else None
        self.annotates_renames = bool(annotations and rename and rename.honors_change_annotations)
        completion = document.completion if document else None
        item = completion.completion_item if completion else None
        self.snippets = bool(item and item.snippet_support)
        self.insert_replace = bool(item and item.insert_replace_support)
        self.completion_markdown = _prefers_markdown(item.documentation_format if item else None)
        self.documents_kinds = bool(item and item.documentation_format)
        lazily = item.resolve_support if item else None
        self.completes_lazily = bool(lazily and "documentation" in lazily.properties)
        formatting = document.formatting if document else None
        self.formats, self.registers_formatting = _offered(formatting)
        ranges = document.range_formatting if document else None
        self.formats_ranges, self.registers_range_formatting = _offered(ranges)
        self.formats_on_type = bool(document and document.on_type_formatting)
        self.tokens = token_support(capabilities)
        tokens = workspace.semantic_tokens if workspace else None
        self.tokens_refresh = bool(self.tokens.legend and tokens and tokens.refresh_support)
        self.hints = bool(document and document.inlay_hint)
        hints = workspace.inlay_hint if workspace else None
        self.hints_refresh = bool(self.hints and hints and hints.refresh_support)
        self.asks = bool(window and window.show_message)
        # Neovim's question is a prompt that takes what the author types meanwhile: it is for what they just began.
        self.asks_aside = self.asks and not is_neovim
        self.shows_partial_plans = _declares(capabilities.experimental, "plansmith", "partialPlan")
        self.shows_status = _declares(capabilities.experimental, "plansmith", "status")
        options = params.initialization_options
        options = options if isinstance(options, dict) else {}
        self.trusted = options.get("trusted") is True
        self.reply_at_start = options.get("reply") == "start"


_ENCODINGS = frozenset(encoding.value for encoding in Encoding)


def _value(kind: object) -> object:
    return getattr(kind, "value", kind)


def _offered(capability: Any) -> tuple[bool, bool]:
    """Whether a client has a capability, and whether it can be told of it later."""
    return capability is not None, bool(capability and capability.dynamic_registration)


def _prefers_markdown(formats: Sequence[types.MarkupKind] | None) -> bool:
    """Whether Markdown comes before plain text among what a client shows; what it does not name is not shown."""
    return next((_value(kind) == "markdown" for kind in formats or ()), False)


def _declares(value: object, *names: str) -> bool:
    """Whether a capability that no type describes is true: an object in objects, by its names."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else getattr(value, name, None)
    return value is True
