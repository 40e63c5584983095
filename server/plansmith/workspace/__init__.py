"""The workspace layer reads the project from disk and hands it on as values; it knows no model."""
