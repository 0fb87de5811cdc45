"""Where accounts appear in menus."""

from app.kernel.languages import N_
from app.kernel.navigation import entry

entry("own", N_("Mon espace"), "accounts.own_space_show", icon="user", order=0)
