"""Everybody and every place of business the installation knows, once: persons, organisations, establishments."""

from flask import Flask

from app.directory import models, permissions, privacy  # noqa: F401 - imported to declare


def init_app(_app: Flask) -> None:
    """Declare the slice; it has no pages of its own yet."""
