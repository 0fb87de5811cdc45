"""The log of messages as rows."""

from app.kernel.datasets import ChoiceFilter, Column, DateFilter, TextFilter, dataset
from app.kernel.languages import N_
from app.kernel.mail import MailMessage, MailState
from app.notifications import queries
from app.notifications.permissions import VIEW

MESSAGES = dataset(
    "notifications.messages",
    label=N_("Messages envoyés"),
    permission=VIEW,
    query=queries.visible_to,
    endpoint="notifications.message_list",
    columns=(
        Column("quand", N_("Écrit le"), MailMessage.created_at, kind="instant", sortable=True),
        Column("message", N_("Message"), MailMessage.notice, show=lambda code, _message: queries.notice_label(code)),
        Column("nom", N_("À"), MailMessage.to_name),
        Column("adresse", N_("Adresse"), MailMessage.to_address, minor=True),
        Column("etat", N_("État"), MailMessage.state, kind="choice", sortable=True),
        Column(
            "essais",
            N_("Essais"),
            "attempts",
            minor=True,
            show=lambda attempts, _message: str(len(attempts)),
            export=lambda attempts, _message: len(attempts),
        ),
        Column(
            "reponse",
            N_("Réponse du serveur"),
            "attempts",
            minor=True,
            show=lambda _attempts, message: queries.last_answer(message),
            export=lambda _attempts, message: queries.last_answer(message),
        ),
        Column("parti", N_("Parti le"), MailMessage.sent_at, kind="instant", default_shown=False),
        Column("langue", N_("Langue"), MailMessage.language, default_shown=False),
    ),
    filters=(
        ChoiceFilter("etat", N_("État"), MailMessage.state, choices=MailState),
        ChoiceFilter("message", N_("Message"), MailMessage.notice, choices=queries.notice_choices),
        DateFilter("quand", N_("Écrit le"), MailMessage.created_at),
        TextFilter("adresse", N_("Adresse"), MailMessage.to_address),
    ),
    default_sort="-quand",
    row_link=lambda message: queries.subject_url(message) or "",
    row_name=lambda message: f"{queries.notice_label(message.notice)}, {message.to_name}",
    empty=N_("Les messages envoyés aux clients paraîtront ici."),
)
