"""What fits into a text message: the alphabet of GSM, its segments, and the letters it lacks. Pure."""

import unicodedata

MOST_SEGMENTS = 3
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = frozenset("^{}\\[~]|€")  # each is sent as two
PLAIN = str.maketrans(
    {
        "’": "'", "‘": "'", "«": '"', "»": '"', "“": '"', "”": '"', "…": "...", "–": "-", "—": "-", "−": "-",
        "\u00a0": " ", "\u202f": " ", "\u2009": " ", "œ": "oe", "Œ": "OE", "•": "-", "\u00ad": "", "\u2011": "-",
    }
)  # fmt: skip


def fitted(text: str) -> str:
    """Write a text as it is sent: in the alphabet of GSM where that changes accents only, three segments at most.

    "août" goes as "aout": one letter outside the alphabet would more than halve what a segment holds. Other scripts
    stay as they are.
    """
    plain = _tidy(text.translate(PLAIN))
    bare = _tidy("".join(_bare(char) for char in plain))
    sent = _cut(bare if _is_gsm(bare) else plain)
    # What was cut off may have been all that stood outside the alphabet: the rest is then written as such a text is.
    return sent if sent == text else fitted(sent)


def _tidy(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()


def segments(text: str) -> int:
    """Count the segments in which a text is sent: of 160 septets or 70 characters, less when there are several."""
    length, alone, among = _measure(text)
    return 1 if length <= alone else -(-length // among)


def _measure(text: str) -> tuple[int, int, int]:
    if _is_gsm(text):
        return sum(2 if char in GSM_TWICE else 1 for char in text), 160, 153
    return len(text.encode("utf-16-be")) // 2, 70, 67


def _is_gsm(text: str) -> bool:
    return all(char in GSM or char in GSM_TWICE for char in text)


def _bare(char: str) -> str:
    if char in GSM or char in GSM_TWICE:
        return char
    return "".join(part for part in unicodedata.normalize("NFD", char) if not unicodedata.combining(part))


def _cut(text: str) -> str:
    """Leave out whole words at the end of the longest line until the rest fits: an address at the end stays whole."""
    while segments(text) > MOST_SEGMENTS:
        lines = text.split("\n")
        longest = max(range(len(lines)), key=lambda number: ("://" not in lines[number], len(lines[number])))
        shorter = lines[longest].removesuffix("...").rstrip()
        lines[longest] = (shorter.rpartition(" ")[0] or shorter[:-1]) + "..."
        text = "\n".join(lines)
    return text
