"""Numbers that prove themselves: SIREN, SIRET, French VAT numbers, IBAN. Pure."""

import re

LA_POSTE = "356000000"


def compact(typed: str) -> str:
    """Give a number as it is kept: without the spaces, dots and hyphens people write, in capitals."""
    return re.sub(r"[\s.\-]", "", typed).upper()


def is_siren(number: str) -> bool:
    """Tell whether nine digits are a SIREN: its last digit is that of Luhn."""
    return bool(re.fullmatch(r"[0-9]{9}", number)) and _luhn(number) % 10 == 0


def is_siret(number: str) -> bool:
    """Tell whether fourteen digits are a SIRET; those of La Poste add up to a multiple of five instead."""
    if not re.fullmatch(r"[0-9]{14}", number) or not is_siren(number[:9]):
        return False
    return _luhn(number) % 10 == 0 or (number.startswith(LA_POSTE) and sum(map(int, number)) % 5 == 0)


def is_vat_number(number: str) -> bool:
    """Tell whether this has the shape of a VAT number of the Union; a French one must agree with its SIREN."""
    french = re.fullmatch(r"FR([0-9A-HJ-NP-Z]{2})([0-9]{9})", number)
    if number.startswith("FR"):
        return french is not None and is_siren(french[2]) and _agrees(french[1], french[2])
    return bool(re.fullmatch(r"[A-Z]{2}[0-9A-Z+*]{2,12}", number))


def vat_number_of(siren: str) -> str:
    """Give the French VAT number that goes with a SIREN."""
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02}{siren}"


def is_iban(number: str) -> bool:
    """Tell whether this is an IBAN: its two control digits leave one, modulo 97 (ISO 13616)."""
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}", number):
        return False
    return int("".join(str(int(char, 36)) for char in number[4:] + number[:4])) % 97 == 1


def is_bic(code: str) -> bool:
    """Tell whether this has the shape of a BIC (ISO 9362)."""
    return bool(re.fullmatch(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?", code))


def spaced_siren(number: str) -> str:
    """Write "732 829 320"."""
    return " ".join(number[start : start + 3] for start in range(0, len(number), 3))


def spaced_iban(number: str) -> str:
    """Write an IBAN by fours."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def _luhn(number: str) -> int:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled)


def _agrees(key: str, siren: str) -> bool:
    """Keys with letters follow another rule, and are left to the tax office."""
    return not key.isdigit() or vat_number_of(siren)[2:4] == key
