"""The blueprint of the settings pages."""

from flask import Blueprint

bp = Blueprint("room", __name__, url_prefix="/admin/reglages")
