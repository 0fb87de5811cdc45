"""Forms: what every slice's form shares: lazy texts, and the refusal of what no keyboard types."""

import unicodedata
from typing import Any

from babel.support import LazyProxy
from flask_wtf import FlaskForm
from wtforms import Field, Form, ValidationError
from wtforms.meta import DefaultMeta

from app.kernel.languages import N_, _

LINE_BREAKS = "\r\n\t"
NO_CHARACTERS = "\ufffe\uffff"  # Unicode keeps them from texts, and XML refuses them
LIBRARY_SAYS = {
    "Not a valid choice.": N_("Ce choix n’est pas, ou n’est plus, proposé."),
    "Invalid Choice: could not coerce.": N_("Ce choix n’est pas, ou n’est plus, proposé."),
    "'%(value)s' is not a valid choice for this field.": N_("Ce choix n’est pas, ou n’est plus, proposé."),
    "'%(value)s' are not valid choices for this field.": N_("Un de ces choix n’est pas, ou n’est plus, proposé."),
}


class OwnWords:
    """What the library of forms says by itself, in the house's words."""

    def gettext(self, said: str) -> str:
        """Say it in the reader's language, where it is said at all."""
        return _(LIBRARY_SAYS[said]) if said in LIBRARY_SAYS else said

    def ngettext(self, one: str, many: str, num: int) -> str:
        """Say it of one or of several."""
        return self.gettext(one if num == 1 else many)


for meta in (DefaultMeta, FlaskForm.Meta):
    meta.get_translations = lambda _meta, _form: OwnWords()  # type: ignore[method-assign]


def translated(text: str) -> Any:
    """Give a declared text in the language of whoever reads the form."""
    return LazyProxy(_, text, enable_cache=False)


def no_control_characters(_form: Form, field: Field) -> None:
    """Refuse control characters, and what is none at all (line breaks pass: long texts have them)."""
    typed = field.data or ""
    if any(char in NO_CHARACTERS or (unicodedata.category(char) == "Cc" and char not in LINE_BREAKS) for char in typed):
        raise ValidationError(_("Ce texte contient des caractères invisibles : retapez-le au clavier."))


def tidy(typed: str | None) -> str:
    """Give a typed line without the spaces around it, in Unicode's composed form."""
    return unicodedata.normalize("NFC", typed or "").strip()
