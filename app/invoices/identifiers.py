"""Numbers that prove themselves: SIREN, SIRET, French VAT numbers, IBAN. Pure."""

import re

LA_POSTE = "356000000"
COUNTRIES = frozenset(
    re.findall(
        "[A-Z]{2}",
        """
        AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY
        BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK
        FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR
        IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK
        ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM
        PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF
        TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
        """,
    )
)
"""ISO 3166-1, as EN 16931 takes it (BR-CL-14)."""
VAT_COUNTRIES = COUNTRIES | {"EL", "XI"}
"""What a VAT number begins with: Greece writes EL, Northern Ireland XI."""


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
    """Tell whether this has the shape of a VAT number, its country first; a French one must agree with its SIREN."""
    french = re.fullmatch(r"FR([0-9A-HJ-NP-Z]{2})([0-9]{9})", number)
    if number.startswith("FR"):
        return french is not None and is_siren(french[2]) and _agrees(french[1], french[2])
    return number[:2] in VAT_COUNTRIES and bool(re.fullmatch(r"[A-Z]{2}[0-9A-Z+*]{2,12}", number))


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
