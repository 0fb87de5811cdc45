"""What happens to the words of letters. `subject` is the wording; before and after stand in the changes."""

from dataclasses import dataclass

from app.kernel.events import Event, subject_kind
from app.kernel.languages import N_

subject_kind("LetterWording", N_("Courrier"))
LABELS = {"subject": N_("Objet"), "opening": N_("Texte du début"), "closing": N_("Texte de la fin")}


@dataclass(frozen=True, eq=False)
class LetterWorded(Event):
    """The establishment says it in its own words; `language` is named in that language."""

    code = "notifications.letter_worded"
    heading = N_("Courrier reformulé")
    sentence = N_("a changé le texte d’un courrier (%(language)s)")
    icon = "pencil"
    labels = LABELS

    language: str


@dataclass(frozen=True, eq=False)
class WordingTakenBack(Event):
    """The letter says the original again."""

    code = "notifications.wording_taken_back"
    heading = N_("Texte d’origine remis")
    sentence = N_("a remis le texte d’origine d’un courrier (%(language)s)")
    icon = "undo"
    labels = LABELS

    language: str
