"""The pages where a manager sets the house: who it is, its room, its hours, its rules."""

from flask import Blueprint

bp = Blueprint("room", __name__, url_prefix="/admin/reglages")

__all__ = ["bp"]
