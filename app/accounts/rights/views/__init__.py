"""The pages of people, teams and roles."""

from app.accounts.rights.views import grants  # noqa: F401 - imported to declare
from app.accounts.rights.views.people import bp as people
from app.accounts.rights.views.roles import bp as roles
from app.accounts.rights.views.teams import bp as teams

BLUEPRINTS = (people, teams, roles)

__all__ = ["BLUEPRINTS"]
