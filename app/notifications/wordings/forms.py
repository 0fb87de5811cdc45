"""Shape of what a letter says."""

from dataclasses import asdict

from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField

from app.kernel.forms import no_control_characters, tidy, translated
from app.kernel.languages import N_
from app.kernel.wordings import LONGEST_ON_PAPER, LONGEST_SUBJECT, LONGEST_TEXT, Texts, Wording


def _tidy_text(typed: str | None) -> str:
    return tidy(typed).replace("\r\n", "\n")


class WordingForm(FlaskForm):
    """Subject, and the texts before and after the card."""

    subject = StringField(
        translated(N_("Objet")),
        [no_control_characters],
        filters=[_tidy_text],
        render_kw={"maxlength": LONGEST_SUBJECT, "autocomplete": "off"},
    )
    opening = TextAreaField(
        translated(N_("Texte du début")),
        [no_control_characters],
        filters=[_tidy_text],
        description=translated(
            N_("Avant le cadre qui dit le jour, l’heure et le lien. Une ligne vide sépare deux paragraphes.")
        ),
        render_kw={"maxlength": LONGEST_TEXT},
    )
    closing = TextAreaField(
        translated(N_("Texte de la fin")),
        [no_control_characters],
        filters=[_tidy_text],
        description=translated(N_("Après le cadre. Peut rester vide.")),
        render_kw={"maxlength": LONGEST_TEXT},
    )

    @property
    def texts(self) -> Texts:
        """Give what was typed."""
        title = self.subject.data if "subject" in self else ""
        return Texts(title or "", self.opening.data or "", self.closing.data or "")


class PaperForm(WordingForm):
    """Title, where it may be changed, and the texts in the body and at the foot of a document."""

    subject = StringField(
        translated(N_("Titre")),
        [no_control_characters],
        filters=[_tidy_text],
        render_kw={"maxlength": LONGEST_SUBJECT, "autocomplete": "off"},
    )
    opening = TextAreaField(
        translated(N_("Texte du corps")),
        [no_control_characters],
        filters=[_tidy_text],
        description=translated(N_("Dans le corps du document. Une ligne vide sépare deux paragraphes.")),
        render_kw={"maxlength": LONGEST_ON_PAPER},
    )
    closing = TextAreaField(
        translated(N_("Texte du pied")),
        [no_control_characters],
        filters=[_tidy_text],
        description=translated(N_("Au bas du document. Peut rester vide.")),
        render_kw={"maxlength": LONGEST_ON_PAPER},
    )


def form_of(declared: Wording, texts: Texts | None = None) -> WordingForm:
    """Give the form of a letter or of a paper, with `texts` or with what was typed."""
    form = (PaperForm if declared.is_paper else WordingForm)(data=asdict(texts) if texts else None)
    if not declared.subject:
        del form.subject
    return form
