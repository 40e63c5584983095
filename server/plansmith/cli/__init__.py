"""The command line imports at module level only what every command needs; `check` counts milliseconds."""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from plansmith import __version__

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction["_Parser"]

OK = 0
FINDINGS = 1
COULD_NOT_RUN = 2

_DESCRIPTION = "Expand the tasks of a Markdown breakdown into full plans, and check the plans."
_UNREAD = "2 something could not be read"
_EPILOG = "Without a model everything works: expansion then uses the offline planner."


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 fine, 1 findings, 2 could not run."""
    given = sys.argv[1:] if argv is None else argv
    # A sign that the output's encoding lacks, as many do on Windows, is written as its escape.
    reconfigure(errors="backslashreplace")
    arguments = parser(given[0] if given else None).parse_args(given)
    try:
        status = int(arguments.run(arguments))
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        say("interrupted")
        return 130
    except BrokenPipeError:
        discard(sys.stdout)
        return COULD_NOT_RUN
    except OSError as problem:
        if problem.filename is not None:
            raise  # it is not the output that could not be written
        discard(sys.stdout)
        return fail(f"the output could not be written: {(problem.strerror or str(problem)).lower()}")


def reconfigure(*, encoding: str | None = None, errors: str | None = None) -> None:
    """Have the output written in another way; what machines read is UTF-8, whatever the locale says."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding=encoding, errors=errors or sys.stdout.errors)


def run() -> NoReturn:
    """The console script: `main`, and the end of the process."""
    is_check = sys.argv[1:2] == ["check"]
    if is_check:
        # What is imported lives on to the end, and a document leaves next to no cycles: nothing is there to collect.
        gc.disable()
    status = main()
    if is_check:
        # All is written, and the system frees memory sooner than Python takes it apart, object by object.
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError):  # the reader has gone
                status = COULD_NOT_RUN
        os._exit(status)
    sys.exit(status)


def say(message: str) -> None:
    """Say something in one line beside the output; where nobody hears it, the work goes on.

    Some of it may be a model's words, or a stranger's: they can't steer the terminal.
    """
    from plansmith.plan.text import visible

    if sys.stderr is None:  # it was closed when we were started
        return
    try:
        print(f"plansmith: {visible(message)}", file=sys.stderr, flush=True)
    except (OSError, ValueError):
        discard(sys.stderr)


def fail(message: str) -> int:
    """Say in one line what could not be done; the exit status for it."""
    say(message)
    return COULD_NOT_RUN


def discard(stream: TextIO | None) -> None:
    """Let all that is still written to a stream whose reader has gone come to nothing, at exit too."""
    if stream is None:
        return
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):  # it is no file of the system
        return


def parser(command: str | None = None) -> argparse.ArgumentParser:
    """The parser of the whole command line; of one `command` alone it takes a fraction of the time to make."""
    top = _Parser(prog="plansmith", description=_DESCRIPTION, epilog=_EPILOG)
    top.add_argument("--version", action="version", version=f"plansmith {__version__}")
    # Without a `prog` argparse would lay out a usage.
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True, prog="plansmith")
    for add in [_COMMANDS[command]] if command in _COMMANDS else _COMMANDS.values():
        add(commands)
    return top


class _Help(argparse.HelpFormatter):
    """Help as wide as the terminal, without `shutil`, which takes as long to import as ten files to check."""

    def __init__(self, prog: str) -> None:
        try:
            columns = int(os.environ.get("COLUMNS", 0)) or os.get_terminal_size().columns
        except (OSError, ValueError):  # no terminal, or no number
            columns = 80
        super().__init__(prog, width=columns - 2)


class _Parser(argparse.ArgumentParser):
    """A parser with our help; those of its commands are of the same class."""

    def __init__(self, **given: Any) -> None:
        super().__init__(formatter_class=_Help, **given)


def _trust(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--trust-project", action="store_true", help="let the project's configuration name a format file of its own"
    )


def _add_check(commands: _Commands) -> None:
    command = commands.add_parser(
        "check",
        help="report what is wrong with the plans",
        description="Report what is wrong with the plans: the same findings as in the editor.",
        epilog=f"Exit status: 0 clean, 1 findings at or above --fail-on, {_UNREAD}.",
    )
    command.add_argument(
        "paths", metavar="PATH", nargs="*", default=["."], help="files and folders (default: .); - reads stdin"
    )
    command.add_argument("--fix", action="store_true", help="apply the safe fixes")
    command.add_argument(
        "--format",
        choices=("text", "json", "sarif", "github"),
        default="text",
        help="how findings are written (default: text)",
    )
    command.add_argument(
        "--fail-on",
        choices=("error", "warning", "information", "hint", "never"),
        default="warning",
        help="the weakest severity that makes the exit status 1 (default: warning)",
    )
    command.add_argument(
        "--jobs", type=_positive, metavar="N", help="processes to check in (default: one for each processor)"
    )
    _trust(command)
    command.set_defaults(run=_check)


def _add_expand(commands: _Commands) -> None:
    command = commands.add_parser(
        "expand",
        help="write what plans lack",
        description="Expand a task, or all; without --write or --diff the resulting document is printed.",
        epilog="Exit status: 0 fine, also where nothing is missing, 2 a task could not be expanded; others still are. "
        "A plan that was paid for and not written is kept: the next run goes on with it, and pays for the rest only.",
    )
    command.add_argument("file", metavar="FILE", help="the Markdown file")
    which = command.add_mutually_exclusive_group()
    which.add_argument("--task", metavar="TASK", help="the task's id or name")
    which.add_argument("--all", action="store_true", help="every task without a complete plan")
    how = command.add_mutually_exclusive_group()
    how.add_argument("--write", action="store_true", help="change the file")
    how.add_argument("--diff", action="store_true", help="print the change as a unified diff")
    who = command.add_mutually_exclusive_group()
    who.add_argument("--offline", action="store_true", help="let the offline planner write, whoever is configured")
    who.add_argument("--kept", action="store_true", help="insert plans that were kept, and ask no model")
    who.add_argument("--anew", action="store_true", help="ask for everything anew, and leave kept plans alone")
    command.add_argument("--yes", action="store_true", help="do not ask before --all, whatever it costs")
    _trust(command)
    command.set_defaults(run=_expand)


def _add_export(commands: _Commands) -> None:
    command = commands.add_parser(
        "export",
        help="print the plans as JSON",
        description="Print the plans as JSON, or the JSON Schema of that.",
        epilog=f"Exit status: 0 fine, {_UNREAD}.",
    )
    command.add_argument("file", metavar="FILE", nargs="?", help="the Markdown file")
    command.add_argument("--schema", action="store_true", help="print the JSON Schema instead")
    _trust(command)
    command.set_defaults(run=_export)


def _add_documents(
    commands: _Commands,
    name: str,
    words: str,
    run: object,
    *,
    several: bool = True,
) -> None:
    command = commands.add_parser(
        name,
        help=words,
        description=f"{words[0].upper()}{words[1:]}.",
        epilog=f"Exit status: 0 fine{', also where no task can be started' if several else ''}, {_UNREAD}.",
    )
    if several:
        command.add_argument("files", metavar="FILE", nargs="+", help="Markdown files")
    else:
        command.add_argument("file", metavar="FILE", help="the Markdown file")
    _trust(command)
    command.set_defaults(run=run)


def _add_next(commands: _Commands) -> None:
    _add_documents(commands, "next", "list the tasks that can be started now", _next)


def _add_graph(commands: _Commands) -> None:
    _add_documents(commands, "graph", "print the dependency graph as Mermaid", _graph, several=False)


def _add_explain(commands: _Commands) -> None:
    command = commands.add_parser("explain", help="print a rule's page", description="Print a rule's page.")
    command.add_argument("rule", metavar="RULE", nargs="?", help="a rule's name; without one, all rules are listed")
    command.set_defaults(run=_explain)


def _add_server(commands: _Commands) -> None:
    command = commands.add_parser(
        "server",
        help="run the language server over stdio",
        description="Run the language server over stdin and stdout; editors start it.",
    )
    command.add_argument("--stdio", action="store_true", help="speak over stdin and stdout, which is the default")
    command.add_argument(
        "--log-level",
        choices=("debug", "info", "warning", "error"),
        default="warning",
        help="what is logged to stderr (default: warning)",
    )
    command.set_defaults(run=_server)


_COMMANDS = {
    "check": _add_check,
    "expand": _add_expand,
    "next": _add_next,
    "export": _add_export,
    "graph": _add_graph,
    "explain": _add_explain,
    "server": _add_server,
}


def _positive(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"“{text}” is no number of at least 1")
    return number


# Each command's own module is imported when it runs.


def _check(arguments: argparse.Namespace) -> int:
    from .check import check

    return check(arguments)


def _expand(arguments: argparse.Namespace) -> int:
    from .expand import expand

    return expand(arguments)


def _next(arguments: argparse.Namespace) -> int:
    from .reading import next_tasks

    return next_tasks(arguments)


def _graph(arguments: argparse.Namespace) -> int:
    from .reading import graph

    return graph(arguments)


def _export(arguments: argparse.Namespace) -> int:
    from .export import export

    return export(arguments)


def _explain(arguments: argparse.Namespace) -> int:
    from .explain import explain

    return explain(arguments)


def _server(arguments: argparse.Namespace) -> int:
    from plansmith.lsp.server import run_server

    return run_server(arguments.log_level)
