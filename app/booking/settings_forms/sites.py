"""Form of the other web sites on which guests book."""

from typing import Any

from wtforms.widgets import TextArea

from app.booking.settings import ALLOWED_SITES, LONGEST_LIST, MOST_SITES, allowed_sites
from app.booking.settings_forms.fields import SettingsForm
from app.directory.models import Establishment
from app.kernel.fields import TypedField
from app.kernel.languages import _
from app.kernel.origins import origin_of


class SitesField(TypedField):
    """Web sites, one a line; what is given bears each once, as browsers name them."""

    widget: Any = TextArea()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; none at all is an answer. Raises ValueError in the reader's language."""
        self.data = []
        super().process_formdata(valuelist)
        self.data = self.data or []

    def read(self, typed: str) -> list[str]:
        """Read the lines."""
        sites = list(dict.fromkeys(origin_of(line) for line in typed.split()))
        if len(sites) > MOST_SITES:
            raise ValueError(_("%(most)s sites au plus.", most=MOST_SITES))
        if len(" ".join(sites)) > LONGEST_LIST:
            raise ValueError(_("Ces adresses sont trop longues : %(most)s caractères en tout.", most=LONGEST_LIST))
        return sites

    def written(self) -> str:
        """Write one site a line."""
        return "\n".join(self.data)


class SitesForm(SettingsForm):
    """On which other web sites guests may book."""

    sites = SitesField(ALLOWED_SITES.label, needed=False, render_kw={"rows": 3, "spellcheck": "false"})

    @classmethod
    def of(cls, establishment: Establishment) -> "SitesForm":
        """Show what holds for this house."""
        return cls(formdata=None, data={"sites": list(allowed_sites(establishment.id))})
