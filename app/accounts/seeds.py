"""The roles a new installation begins with, and the one an older installation lacks."""

from app.accounts import service
from app.kernel.access import permissions
from app.kernel.seeds import REFERENCE, seed


@seed(REFERENCE, order=5, parts=permissions)
def rights_that_came_later(codes: list[str]) -> None:
    """Give the permissions of a newer version, once each: what the house takes back afterwards stays taken.

    Before any role is made, since a role that comes later begins with all that is declared for it.
    """
    service.give_new_rights(codes)


@seed(REFERENCE, order=10)
def first_roles() -> None:
    """Make the first roles, with the permissions the slices give them."""
    service.seed_roles()


@seed(REFERENCE, order=11)
def roles_of_every_trade() -> None:
    """Make the roles that came later, where an installation began without them."""
    service.seed_roles()
