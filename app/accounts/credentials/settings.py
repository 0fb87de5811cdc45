"""The setting of credentials: for which roles a second factor is demanded."""

import re

from app.kernel.languages import N_
from app.kernel.settings import setting

SECOND_FACTOR_ROLES = setting(
    "accounts.second_factor_roles",
    N_("Rôles pour lesquels la double vérification est exigée"),
    "",
    page="second_factor",
    check=lambda codes: re.fullmatch(r"[\w ,-]*", codes) is not None,
)


def roles_of_second_factor() -> set[str]:
    """Give the codes of the roles for which it is demanded."""
    return {code for code in re.split(r"[ ,]+", SECOND_FACTOR_ROLES.value()) if code}
