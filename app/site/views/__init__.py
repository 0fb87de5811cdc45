"""The site's own pages, each module named after what it serves."""

from app.site.views import choices, modules, operation, public, searching, settings, today  # noqa: F401 - they add their routes to the blueprint
from app.site.views.blueprint import bp

__all__ = ["bp"]
