"""What was said, as rows."""

from flask import url_for

from app.kernel.datasets import BulkAction, ChoiceFilter, Column, DateFilter, Search, TextFilter, dataset
from app.kernel.languages import N_
from app.kernel.personal import masked_email
from app.site.feedback import permissions as may
from app.site.feedback import queries, service
from app.site.feedback.models import Feedback, FeedbackKind, FeedbackState

FEEDBACK = dataset(
    "feedback.feedback",
    label=N_("Avis des visiteurs"),
    permission=may.VIEW,
    query=queries.visible_to,
    endpoint="feedback.feedback_list",
    columns=(
        Column("quand", N_("Laissé le"), Feedback.created_at, kind="instant", sortable=True),
        Column("nature", N_("Nature"), Feedback.nature, kind="choice", sortable=True),
        Column("avis", N_("Ce qui est dit"), "beginning", export=lambda _beginning, feedback: feedback.text),
        Column("etat", N_("État"), Feedback.state, kind="choice", sortable=True),
        Column("page", N_("Depuis la page"), Feedback.page, minor=True),
        Column("note", N_("Note de l’équipe"), Feedback.team_note, minor=True),
        Column("auteur", N_("De"), "author", minor=True, default_shown=False),
        Column(
            "adresse",
            N_("Adresse pour répondre"),
            Feedback.email,
            default_shown=False,
            permission=may.VIEW_CONTACT,
            mask=masked_email,
        ),
        Column("langue", N_("Langue"), Feedback.language, default_shown=False),
    ),
    filters=(
        ChoiceFilter("etat", N_("État"), Feedback.state, choices=FeedbackState),
        ChoiceFilter("nature", N_("Nature"), Feedback.nature, choices=FeedbackKind),
        DateFilter("quand", N_("Laissé le"), Feedback.created_at),
        TextFilter("page", N_("Depuis la page"), Feedback.page),
    ),
    search=(Search(Feedback.search_text),),
    default_sort="-quand",
    row_link=lambda feedback: url_for("feedback.feedback_show", id=feedback.id),
    row_name=lambda feedback: f"{feedback.nature.label}, {feedback.beginning}",
    bulk_actions=(
        BulkAction(
            "read",
            N_("Marquer comme lus"),
            may.HANDLE,
            lambda feedback, actor, _form: service.read_feedback(feedback, actor=actor),
            (N_("%(num)s avis lu"), N_("%(num)s avis lus")),
        ),
        BulkAction(
            "handle",
            N_("Marquer comme traités"),
            may.HANDLE,
            lambda feedback, actor, _form: service.handle_feedback(feedback, actor=actor),
            (N_("%(num)s avis traité"), N_("%(num)s avis traités")),
        ),
    ),
    empty=N_(
        "Ce que visiteurs et collègues écrivent par le lien « Donner un avis », au bas de chaque page, paraîtra ici."
    ),
)
