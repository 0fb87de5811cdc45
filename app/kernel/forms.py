"""Forms: what every slice's form shares: lazy texts, and the refusal of what no keyboard types."""

import unicodedata
from typing import Any

from babel.support import LazyProxy
from wtforms import Field, Form, ValidationError

from app.kernel.languages import _

LINE_BREAKS = "\r\n\t"


def translated(text: str) -> Any:
    """Give a declared text in the language of whoever reads the form."""
    return LazyProxy(_, text, enable_cache=False)


def no_control_characters(_form: Form, field: Field) -> None:
    """Refuse control characters (line breaks pass: long texts have them)."""
    typed = field.data or ""
    if any(unicodedata.category(char) == "Cc" and char not in LINE_BREAKS for char in typed):
        raise ValidationError(_("Ce texte contient des caractères invisibles : retapez-le au clavier."))


def tidy(typed: str | None) -> str:
    """Give a typed line without the spaces around it, in Unicode's composed form."""
    return unicodedata.normalize("NFC", typed or "").strip()
