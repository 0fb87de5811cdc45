"""Search without accents or case, the same on every database: texts are compared in a normalised form."""

import unicodedata


def normalised(text: str) -> str:
    """Give the form in which texts are searched: no accent, no case, single spaces. At most 500 characters."""
    decomposed = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe"))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(bare.casefold().split())[:500]
