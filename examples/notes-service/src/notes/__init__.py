"""A small HTTP service that stores notes."""
