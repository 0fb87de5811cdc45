"""What betrays French on a page or in a letter that should be English."""

import json
import re
from collections.abc import Iterator

from tests.booking.houses import SMALL

FUNCTION_WORDS = [
    "au",
    "aux",
    "avec",
    "cette",
    "ces",
    "chez",
    "comme",
    "dans",
    "de",
    "déjà",
    "des",
    "du",
    "elle",
    "en",
    "est",
    "et",
    "ici",
    "il",
    "jour",
    "la",
    "le",
    "les",
    "leur",
    "mais",
    "ne",
    "non",
    "nos",
    "notre",
    "nous",
    "ou",
    "oui",
    "par",
    "pas",
    "pour",
    "que",
    "qui",
    "sa",
    "sans",
    "se",
    "ses",
    "son",
    "sont",
    "sur",
    "un",
    "une",
    "vos",
    "votre",
    "vous",
    "y",
]
TOUR = re.compile(
    rf"\b(?:{'|'.join(FUNCTION_WORDS)}|\w*[àâçéèêëîïôûùœ]\w*)\b|«|»|\u202f|\b[dljnsq]u?’\w+", re.IGNORECASE
)
OFFERED = ("Français",)  # the other language, named in that language


def _written_by_the_house(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _written_by_the_house(part)
    elif isinstance(value, str) and len(value) > 3:
        yield value


OWN_WORDS = sorted({*_written_by_the_house(json.loads(json.dumps(SMALL))), *OFFERED}, key=len, reverse=True)


def french_in(text: str, *typed: str) -> list[str]:
    """Give the French words of a text, but for what the house or the guest wrote themselves."""
    text = re.sub(r"[\w.+-]+@[\w.-]+|https?://\S+|\{\w+\}", " ", text)  # addresses; tags of letters, one name for all
    own_words = {*OWN_WORDS, *(word for word in typed if len(word) > 3)}
    for own in sorted(own_words, key=len, reverse=True):
        text = text.replace(own, " ")
    return sorted({found[0].lower() for found in TOUR.finditer(text)})
