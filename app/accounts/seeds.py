"""The roles a new installation begins with."""

from app.accounts import service
from app.kernel.seeds import REFERENCE, seed


@seed(REFERENCE, order=10)
def first_roles() -> None:
    """Make the first roles, with the permissions the slices give them."""
    service.seed_roles()
