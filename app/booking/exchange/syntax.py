"""From text to JSON values: what is not JSON is refused with its line and column."""

import json
from collections.abc import Mapping
from typing import NoReturn

from app.booking.exchange.form import FileRefused
from app.booking.exchange.values import WHOLE, Pairs
from app.booking.opening import Problem
from app.booking.opening.problems import N_

LARGEST_FILE = 2_000_000
EXPLANATIONS = {
    "Expecting property name enclosed in double quotes": N_("Une clé entre guillemets est attendue ici."),
    "Expecting ':' delimiter": N_("Un deux-points est attendu ici."),
    "Expecting ',' delimiter": N_("Une virgule est attendue ici."),
    "Expecting value": N_("Une valeur est attendue ici."),
    "Extra data": N_("Le fichier devrait être terminé ici."),
    "Unterminated string starting at": N_("Le texte commencé ici n’est pas fermé."),
    "Invalid control character at": N_("Un caractère de contrôle est interdit ici."),
}
"""The decoder's own words (CPython's `json`), for those who do not program."""


def read(source: str | bytes | Mapping[str, object]) -> object:
    """The JSON value of a text, its UTF-8 bytes, or of what was already decoded. FileRefused when it is not JSON."""
    if isinstance(source, Mapping):
        return source
    if len(source) > LARGEST_FILE:
        _refuse(WHOLE, N_("Ce fichier est trop grand."))
    try:
        text = source.decode() if isinstance(source, bytes) else source
        return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=Pairs, parse_constant=_refuse_constant)
    except FileRefused:  # a constant that is no number: said already
        raise
    except UnicodeDecodeError:
        _refuse(WHOLE, N_("Ce fichier n’est pas en UTF-8."))
    except json.JSONDecodeError as error:
        place = f"ligne {error.lineno}, colonne {error.colno}"
        _refuse(place, EXPLANATIONS.get(error.msg, N_("Ce fichier n’est pas du JSON à partir d’ici.")))
    except RecursionError:
        _refuse(WHOLE, N_("Les listes et objets de ce fichier sont trop imbriqués."))
    except ValueError:
        _refuse(WHOLE, N_("Un nombre de ce fichier est trop long."))


def _refuse_constant(name: str) -> NoReturn:
    _refuse(WHOLE, N_("« %(name)s » n’est pas un nombre JSON."), name=name)


def _refuse(place: str, text: str, **values: object) -> NoReturn:
    raise FileRefused([Problem(place, text, values)])
