"""Plansmith expands and checks the tasks of a Markdown breakdown; its version is written here."""

__version__ = "0.1.0"
