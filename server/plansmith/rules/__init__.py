"""The rules layer is pure and total: one rule per file, findings as values, no I/O."""
