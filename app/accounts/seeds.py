"""The roles a new installation begins with, and the one an older installation lacks."""

from app.accounts import service
from app.kernel.seeds import REFERENCE, seed


@seed(REFERENCE, order=10)
def first_roles() -> None:
    """Make the first roles, with the permissions the slices give them."""
    service.seed_roles()


@seed(REFERENCE, order=11)
def roles_of_every_trade() -> None:
    """Give the rights and make the roles that came later, where an installation began without them."""
    service.give_new_rights()
    service.seed_roles()
