"""The blueprint of the back office's payment pages."""

from flask import Blueprint

bp = Blueprint("payments", __name__, url_prefix="/admin/paiements")
