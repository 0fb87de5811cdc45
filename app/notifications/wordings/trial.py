"""The trial of a letter: sent to whoever words it, and to nobody else."""

from app.directory.models import Establishment
from app.kernel.languages import N_
from app.kernel.letters import Letter
from app.kernel.messages import Message
from app.kernel.notices import notice
from app.kernel.wordings import Texts, wordings
from app.notifications.notices import OWN

TRIAL = notice("notifications.trial", N_("Essai d’un courrier"), category=OWN, optional=False)


@TRIAL.composed_by
def sample_to_try(house: Establishment, message: Message) -> Letter | None:
    """Write the sample of the letter with the words to be tried."""
    tried = message.details
    declared = wordings().get(tried["wording"])
    if declared is None:
        return None
    letter: Letter = declared.sample(house)
    letter.texts, letter.wording = letter.texts or declared.code, declared.code
    letter.draft = Texts(tried["subject"], tried["opening"], tried["closing"])
    return letter
