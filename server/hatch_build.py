"""Compiles the pure core of the wheel with mypyc: `plan/` and `rules/`, typed strictly as they are.

The tables of the built-in formats are added as Python reads them soonest: `check` need not parse TOML.
Off unless it is asked for, as with `make wheel`: it needs a C compiler, and the sources do the same without it.
The sources stay in the wheel, for tracebacks and for readers.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_COMPILED = ("plan", "rules")


class CompiledCore(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the compiled modules to the wheel; its editable kind stays as it is."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile in a copy: a compiled module beside its source would win over each later change of it."""
        if version != "standard":
            return
        self._folder = TemporaryDirectory(prefix="plansmith-")  # until the wheel is written
        root = Path(self._folder.name)
        package = root / "plansmith"
        shutil.copytree(Path(self.root, "server", "plansmith"), package, ignore=shutil.ignore_patterns("__pycache__"))
        parts = [package / name for name in _COMPILED]
        sources = sorted(str(path.relative_to(root)) for part in parts for path in part.glob("[!_]*.py"))
        told = subprocess.run(
            [sys.executable, "-m", "mypyc", "--strict", *sources],
            cwd=root,
            # Nothing but the modules' own beginnings is called from outside: calls within need no detour.
            env={"MYPYC_OPT_LEVEL": "3", "CFLAGS": "-g0 -fno-semantic-interposition -fvisibility=hidden", **os.environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        suffix = sysconfig.get_config_var("EXT_SUFFIX")
        compiled = [path for folder in (root, *parts) for path in folder.glob(f"*{suffix}")]
        if told.returncode or len(compiled) < len(sources):
            sys.exit(f"{told.stdout}\nThe core was not compiled; it takes a C compiler and Python's headers")
        tables = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in (package / "formats").glob("*.toml")}
        built = package / "workspace" / "built_formats.py"
        built.write_text(f"TABLES = {tables!r}\n", "utf-8")
        for path in (*compiled, built):
            build_data["force_include"][str(path)] = path.relative_to(root).as_posix()
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was made on the way."""
        if version == "standard":
            self._folder.cleanup()
