"""What only the compiler of the core is told; it reads it, and Python passes it by.

The collector of cycles need not look at plain values that a text has by the hundred: `@mypyc_attr(acyclic=True)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_extensions import mypyc_attr
else:

    def mypyc_attr(**_):
        return lambda decorated: decorated


__all__ = ["mypyc_attr"]
