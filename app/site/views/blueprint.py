"""The blueprint of the pages that belong to no slice."""

from flask import Blueprint

bp = Blueprint("site", __name__)
