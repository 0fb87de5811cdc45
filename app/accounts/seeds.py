"""The roles a new installation begins with, and the one an older installation lacks."""

from app.accounts import service
from app.kernel.seeds import REFERENCE, seed


@seed(REFERENCE, order=10)
def first_roles() -> None:
    """Make the first roles, with the permissions the slices give them."""
    service.seed_roles()


@seed(REFERENCE, order=11)
def member_role() -> None:
    """Make the role of those who register, where the house was opened before one could."""
    service.seed_roles()
