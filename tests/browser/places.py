"""Every page of the house, and who opens it. What is missing here is named by test_no_page_is_forgotten."""

from dataclasses import dataclass

STRANGER, GUEST, MANAGER, ADMINISTRATOR, WAITER = "stranger", "guest", "chloe", "anne", "bruno"
MEMBER, BEARER = "member", "bearer"  # a guest with an account; the same, with a link of every kind


@dataclass(frozen=True)
class Place:
    """A page: the endpoint that draws it, its address (with names to fill in), who opens it, the status to expect."""

    endpoint: str
    path: str
    who: str = STRANGER
    status: int = 200

    def __str__(self) -> str:
        return f"{self.who} {self.path}"


PUBLIC = [
    Place("site.home_show", "/"),
    Place("site.house_show", "/e/chez-margot"),
    Place("booking.choice_show", "/reserver"),
    Place("booking.choice_show", "/reserver?covers=2&date={open_day}"),
    Place("booking.choice_show", "/reserver?covers=2&date={closed_day}"),
    Place("booking.choice_show", "/reserver?covers=99&date={open_day}", status=422),
    Place("booking.choice_show", "/e/chez-margot/reserver?date=32&covers=abc", status=422),
    Place("frames.choice_show", "/integrer/chez-margot?langue=fr"),
    Place("frames.choice_show", "/integrer/chez-margot?covers=2&date={open_day}&apparence=sombre"),
    Place("error", "/integrer/nulle-part", status=404),
    Place("waiting.entry_new", "/reserver/liste-attente?date={open_day}&covers=2"),
    Place("waiting.entry_new", "/reserver/liste-attente?date={closed_day}&covers=2"),
    Place("booking.lookup_new", "/reservations"),
    Place("booking.lookup_sent_show", "/reservations/lien-envoye"),
    Place("site.legal_show", "/mentions-legales"),
    Place("site.privacy_show", "/donnees-personnelles"),
    Place("site.accessibility_show", "/accessibilite"),
    Place("feedback.feedback_new", "/avis?page=/reserver"),
    Place("feedback.thanks_show", "/avis/merci"),
    Place("accounts.session_new", "/connexion"),
    Place("accounts.registration_new", "/inscription"),
    Place("accounts.registration_sent_show", "/inscription/envoi"),
    Place("accounts.reset_new", "/mot-de-passe"),
    Place("accounts.reset_sent_show", "/mot-de-passe/envoi"),
    Place("notifications.mailbox_show", "/demo/courrier"),
    Place("notifications.letter_show", "/demo/courrier/{letter}"),
    Place("notifications.subscription_edit", "/courrier/{subscription}"),
]
OWN = [
    Place("booking.confirmation_show", "/reservations/{own}/confirmation", GUEST),
    Place("booking.own_reservation_show", "/reservations/{own}", GUEST),
    Place("booking.move_new", "/reservations/{own}/modification", GUEST),
    Place("booking.contact_edit", "/reservations/{own}/coordonnees", GUEST),
    Place("booking.cancellation_new", "/reservations/{own}/annulation", GUEST),
    Place("accounts.own_space_show", "/espace", MEMBER),
    Place("booking.own_reservation_show", "/reservations/{own}", MEMBER),
    Place("accounts.profile_edit", "/espace/profil", MEMBER),
    Place("accounts.password_edit", "/espace/mot-de-passe", MEMBER),
    Place("accounts.address_edit", "/espace/adresse", MEMBER),
    Place("accounts.own_session_list", "/espace/connexions", MEMBER),
    Place("accounts.closing_new", "/espace/fermeture", MEMBER),
    Place("accounts.account_new", "/inscription/compte", BEARER),
    Place("accounts.password_new", "/mot-de-passe/nouveau", BEARER),
    Place("accounts.address_confirmation_new", "/adresse/confirmation", BEARER),
    Place("invitations.acceptance_new", "/invitation", BEARER),
]
SECURITY = [
    Place("security.overview_show", "/espace/securite", MANAGER),
    Place("security.authenticator_new", "/espace/securite/application", MANAGER),
    Place("security.authenticator_removal_new", "/espace/securite/application/retrait", MANAGER),
    Place("security.recovery_codes_new", "/espace/securite/codes", MANAGER),
    Place("security.passkey_new", "/espace/securite/cles/nouvelle", MANAGER),
    Place("security.passkey_edit", "/espace/securite/cles/{passkey}/nom", MANAGER),
    Place("security.passkey_removal_new", "/espace/securite/cles/{passkey}/retrait", MANAGER),
    Place("security.confirmation_new", "/connexion/confirmation?next=/espace/securite", MANAGER),
]
ERRORS = [
    Place("error", "/nulle-part", status=404),
    Place("error", "/deconnexion", status=405),
    Place("error", "/admin/reglages", WAITER, status=403),
    Place("error", "/admin/reservations/{nobody}", MANAGER, status=404),
    Place("error", "/reservations/{forged}", status=404),
    Place("error", "/courrier/{forged}", status=404),
]
OFFICE = [
    Place("site.dashboard_show", "/admin", MANAGER),
    Place("accounts.own_space_show", "/espace", MANAGER),
    Place("preferences.preferences_edit", "/espace/affichage", MANAGER),
    Place("preferences.proposal_edit", "/admin/reglages/affichage", MANAGER),
    Place("floor.room_show", "/admin/service", MANAGER),
    Place("floor.room_show", "/admin/service?heure=23:45", WAITER),
    Place("floor.party_show", "/admin/service/reservations/{own}", MANAGER),
    Place("floor.table_show", "/admin/service/tables/{table}", MANAGER),
    Place("floor.disposition_show", "/admin/service/disposition?date={open_day}", MANAGER),
    Place("floor.walk_in_new", "/admin/service/sans-reservation?covers=2", MANAGER),
    Place("floor.sheet_show", "/admin/service/feuille", MANAGER),
    Place("desk.reservation_list", "/admin/reservations", MANAGER),
    Place("demand.refused_search_list", "/admin/demande", MANAGER),
    Place("desk.reservation_list", "/admin/reservations?q=personne-de-ce-nom", MANAGER),
    Place("desk.reservation_show", "/admin/reservations/{own}", MANAGER),
    Place("desk.reservation_show", "/admin/reservations/{own}", WAITER, status=403),
    Place("desk.reservation_show", "/admin/reservations/{over}", MANAGER),
    Place("desk.reservation_new", "/admin/reservations/nouvelle", MANAGER),
    Place("desk.move_new", "/admin/reservations/{own}/modification", MANAGER),
    Place("desk.cancellation_new", "/admin/reservations/{own}/annulation", MANAGER),
    Place("calendar.calendar_show", "/admin/calendrier", MANAGER),
    Place("calendar.calendar_show", "/admin/calendrier?vue=mois&date={own_day}", MANAGER),
    Place("calendar.calendar_show", "/admin/calendrier?vue=jour&date={own_day}&espace=salle", WAITER),
    Place("calendar.calendar_show", "/admin/calendrier?vue=mois&detail=oui&date={own_day}", MANAGER),
    Place("calendar.move_edit", "/admin/calendrier/reservations/{own}/deplacement", MANAGER),
    Place("feeds.feed_show", "/espace/calendrier", MANAGER),
    Place("timetable.timetable_show", "/admin/service/frise?date={own_day}", MANAGER),
    Place("timetable.seating_edit", "/admin/service/frise/{own}/deplacement", MANAGER),
    Place("waiting_desk.entry_list", "/admin/liste-attente", MANAGER),
    Place("waiting_desk.entry_new", "/admin/liste-attente/nouvelle?date={open_day}", MANAGER),
    Place("waiting_desk.entry_show", "/admin/liste-attente/{waiting}", MANAGER),
    Place("waiting_desk.entry_show", "/admin/liste-attente/{offered}", MANAGER),
    Place("waiting.entry_show", "/liste-attente/{waiting}", MANAGER),
    Place("waiting.entry_show", "/liste-attente/{offered}", MANAGER),
    Place("notifications.message_list", "/admin/messages", MANAGER),
    Place("feedback.feedback_list", "/admin/avis", MANAGER),
    Place("feedback.feedback_show", "/admin/avis/{feedback}", MANAGER),
    Place("accounts.own_space_show", "/espace", MANAGER),
    Place("accounts.own_session_list", "/espace/connexions", MANAGER),
    Place("invitations.invitation_list", "/admin/personnes/invitations", ADMINISTRATOR),
    Place("invitations.invitation_new", "/admin/personnes/invitations/nouvelle", ADMINISTRATOR),
    Place("invitations.invitation_show", "/admin/personnes/invitations/{invitation}", ADMINISTRATOR),
    Place("people.user_list", "/admin/personnes", MANAGER),
    Place("people.user_show", "/admin/personnes/{waiter}", ADMINISTRATOR),
    Place(
        "people.explanation_show",
        "/admin/personnes/{waiter}/pourquoi?droit=booking.view&fiche=Reservation:{over}",
        MANAGER,
    ),
    Place("people.explanation_show", "/admin/personnes/{waiter}/pourquoi?fiche=x", MANAGER, status=422),
    Place("teams.team_list", "/admin/equipes", ADMINISTRATOR),
    Place("teams.team_show", "/admin/equipes/{team}", ADMINISTRATOR),
    Place("teams.team_edit", "/admin/equipes/{team}/nom", ADMINISTRATOR),
    Place("notifications.suppressed_address_list", "/admin/messages/adresses-ecartees", MANAGER),
    Place("notifications.notification_list", "/espace/notifications", MANAGER),
    Place("notifications.notification_list", "/espace/notifications?etat=tous", WAITER),
    Place("notifications.preference_edit", "/espace/notifications/preferences", MANAGER),
    Place("datasets.export_show", "/admin/donnees/exports/{export}", ADMINISTRATOR),
    Place("site.job_list", "/admin/exploitation/travaux", ADMINISTRATOR),
    Place("journal.entry_list", "/admin/journal", MANAGER),
    Place("journal.entry_show", "/admin/journal/1", MANAGER),
    Place("person_data.data_show", "/admin/personnes/{guest}/donnees", MANAGER),
    Place("person_data.erasure_new", "/admin/personnes/{guest}/donnees/effacement", MANAGER),
    Place("own_data.data_show", "/espace/donnees", WAITER),
    Place("payments.movement_list", "/admin/paiements", MANAGER),
    Place("payments.receivable_list", "/admin/paiements/sommes", MANAGER),
    Place("payments.closing_list", "/admin/paiements/journees", MANAGER),
    Place("payments.books_new", "/admin/paiements/comptabilite", MANAGER),
    Place("site.search_show", "/admin/recherche?q=a", MANAGER),
    Place("site.search_show", "/admin/recherche?q=personne-de-ce-nom", WAITER),
    Place("guests.guest_list", "/admin/convives", MANAGER),
    Place("guests.guest_list", "/admin/convives?q=personne-de-ce-nom", MANAGER),
    Place("guests.guest_show", "/admin/convives/{guest}", MANAGER),
    Place("guests.preference_edit", "/admin/convives/{guest}/preferences", MANAGER),
    Place("guests.health_show", "/admin/convives/{guest}/sante", MANAGER),
    Place("guests.health_list", "/admin/sante-du-jour", WAITER),
    Place("duplicates.merge_list", "/admin/doublons", MANAGER),
    Place("duplicates.candidate_list", "/admin/doublons/{guest}", MANAGER),
    Place("duplicates.candidate_list", "/admin/doublons/{guest}?q=personne-de-ce-nom", MANAGER),
    Place("duplicates.merge_new", "/admin/doublons/{guest}/{other_guest}", MANAGER),
    Place("duplicates.merge_new", "/admin/doublons/{guest}/{guest}", MANAGER, status=409),
    Place("own_data.erasure_new", "/espace/donnees/effacement", WAITER),
    Place("invoices.invoice_list", "/admin/factures", MANAGER),
    Place("invoices.invoice_new", "/admin/factures/nouvelle", MANAGER),
    Place("invoices.invoice_show", "/admin/factures/{invoice}", MANAGER),
    Place("invoices.invoice_show", "/admin/factures/{drafted}", MANAGER),
    Place("invoices.invoice_edit", "/admin/factures/{drafted}/modification", MANAGER),
    Place("recipients.recipient_list", "/admin/factures/destinataires", MANAGER),
    Place("recipients.recipient_new", "/admin/factures/destinataires/nouveau", MANAGER),
    Place("recipients.recipient_show", "/admin/factures/destinataires/{recipient}", MANAGER),
    Place("recipients.recipient_edit", "/admin/factures/destinataires/{recipient}/modification", MANAGER),
]
FIGURES = [
    Place("figures.figure_index", "/admin/chiffres", MANAGER),
    Place("figures.figure_show", "/admin/chiffres/couverts?face-a=avant", MANAGER),
    Place("figures.figure_show", "/admin/chiffres/demande-refusee?par=motif&periode=90-derniers-jours", MANAGER),
    Place("figures.figure_show", "/admin/chiffres/absences?du=32&au=33", MANAGER, status=422),
    Place("figures.figure_show", "/admin/chiffres/previsions", MANAGER),
    Place("figures.figure_show", "/admin/chiffres/durees", MANAGER),
    Place("figures.figure_show", "/admin/chiffres/tables?par=table", MANAGER),
    Place("figures.figure_show", "/admin/chiffres/rythme?par=distance", MANAGER),
    Place("figures.figure_show", "/admin/chiffres/liste-attente?par=issue", MANAGER),
    Place("figures.figure_show", "/admin/chiffres/places-acceptees", MANAGER),
    Place("figures.figure_show", "/admin/chiffres/origines?par=origine", MANAGER),
    Place("trials.trial_list", "/admin/chiffres/et-si", MANAGER),
    Place("trials.trial_new", "/admin/chiffres/et-si/nouveau", MANAGER),
    Place("trials.trial_show", "/admin/chiffres/et-si/{floor_trial}", MANAGER),
    Place("room.rules_edit", "/admin/reglages/regles?durees=2:90,4:105,*:120", MANAGER),
    Place("error", "/admin/chiffres/couverts", WAITER, status=403),
    Place("error", "/admin/chiffres/nulle-part", MANAGER, status=404),
]
SETTINGS = [
    Place("site.settings_index", "/admin/reglages", ADMINISTRATOR),
    Place("site.security_settings_edit", "/admin/reglages/securite", ADMINISTRATOR),
    Place("roles.role_list", "/admin/reglages/roles", ADMINISTRATOR),
    Place("roles.role_new", "/admin/reglages/roles/nouveau", ADMINISTRATOR),
    Place("roles.role_edit", "/admin/reglages/roles/{role}/nom", ADMINISTRATOR),
    Place("notifications.default_edit", "/admin/reglages/avis", MANAGER),
    Place("wordings.wording_list", "/admin/reglages/courriers", MANAGER),
    Place("wordings.wording_edit", "/admin/reglages/courriers/booking.confirmed/fr", MANAGER),
    Place("notifications.room_list", "/admin/reglages/messageries", ADMINISTRATOR),
    Place("notifications.room_new", "/admin/reglages/messageries/nouvelle", ADMINISTRATOR),
    Place("notifications.room_edit", "/admin/reglages/messageries/{room}", ADMINISTRATOR),
    Place("security.second_factor_roles_edit", "/admin/reglages/double-verification", ADMINISTRATOR),
    Place("site.module_list", "/admin/reglages/modules", ADMINISTRATOR),
    Place("duties.retention_list", "/admin/reglages/conservation", ADMINISTRATOR),
    Place("duties.register_show", "/admin/reglages/registre", MANAGER),
    Place("consents.consent_list", "/admin/consentements", MANAGER),
    Place("room.establishment_edit", "/admin/reglages/etablissement", MANAGER),
    Place("room.rules_edit", "/admin/reglages/regles", MANAGER),
    Place("waiting_settings.waiting_edit", "/admin/reglages/liste-attente", MANAGER),
    Place("guest_tags.tag_list", "/admin/reglages/etiquettes", MANAGER),
    Place("guest_tags.tag_edit", "/admin/reglages/etiquettes/{tag}", MANAGER),
    Place("payment_settings.payments_edit", "/admin/reglages/paiements", MANAGER),
    Place("payment_settings.connection_show", "/admin/reglages/paiements/liaison", MANAGER),
    Place("invoice_settings.issuer_edit", "/admin/reglages/factures", MANAGER),
    Place("invoice_settings.law_list", "/admin/reglages/factures/loi", MANAGER),
    Place("room.table_list", "/admin/reglages/salle", MANAGER),
    Place("room.patience_edit", "/admin/reglages/service-en-salle", MANAGER),
    Place("room.plan_edit", "/admin/reglages/salle/plan", MANAGER),
    Place("room.embedding_edit", "/admin/reglages/sur-votre-site?langue=en", MANAGER),
    Place("room.combination_list", "/admin/reglages/regroupements", MANAGER),
    Place("room.combination_new", "/admin/reglages/regroupements/nouveau", MANAGER),
    Place("room.combination_edit", "/admin/reglages/regroupements/{combination}", MANAGER),
    Place("room.shift_list", "/admin/reglages/services", MANAGER),
    Place("room.shift_new", "/admin/reglages/services/nouveau", MANAGER),
    Place("room.shift_edit", "/admin/reglages/services/{shift}", MANAGER),
    Place("room.closure_list", "/admin/reglages/fermetures", MANAGER),
    Place("room.closure_new", "/admin/reglages/fermetures/nouvelle", MANAGER),
    Place("room.closure_edit", "/admin/reglages/fermetures/{closure}", MANAGER),
    Place("room.close_out_new", "/admin/reglages/fermetures/partielles/nouvelle", MANAGER),
    Place("room.close_out_edit", "/admin/reglages/fermetures/partielles/{close_out}", MANAGER),
    Place("room.exceptional_day_new", "/admin/reglages/fermetures/jours-particuliers/nouveau", MANAGER),
    Place("room.exceptional_day_edit", "/admin/reglages/fermetures/jours-particuliers/{exceptional_day}", MANAGER),
]
EVERY = [*PUBLIC, *OWN, *SECURITY, *ERRORS, *OFFICE, *FIGURES, *SETTINGS]

WALKED_ELSEWHERE = {
    "frames.details_new", "frames.confirmation_show",  # in test_frames: they follow a choice in the same frame
    "booking.details_new",  # in test_public_pages: it needs a table held by the same visitor
    # in tests/payments: the demonstration asks for no money until a house has a rule that does
    "payments.movement_show", "payments.refund_new", "payments.reversal_new", "payments.refundrequest_show",
    "payments.receivable_show", "paying.receivable_show", "payments.dispute_show",  # and in test_paying
    "booking.open_wish_show",  # in tests/booking/test_open_wishes: no live house leaves a question open on demand
    "security.verification_new", "security.setup_new",  # in test_credentials: they follow a right password,
    "security.proof_new", "security.identity_removal_new",  # or a journey to a provider
}  # fmt: skip
NO_PAGE = {
    # answers for machines, files, parts, redirections
    "health", "ready", "version", "asset_show", "preferences.preferences_export", "site.dashboard_fragment", "floor.room_fragment", "floor.sheet_export", "booking.link_show", "waiting.link_show",
    "paying.link_show", "paying.return_show", "invoices.paper_show", "invoices.facturx_show",
    "accounts.registration_link_show", "accounts.reset_link_show", "accounts.address_link_show", "invitations.invitation_link_show",
    "booking.invitation_show", "frames.invitation_show", "booking.frame_script_show", "booking.document_show", "datasets.export_progress_fragment", "trials.trial_fragment", "datasets.export_file_show",
    "notifications.attachment_show", "notifications.layout_show", "wordings.preview_show", "own_data.archive_show", "person_data.archive_show",
    "guests.known_fragment", "calendar.agenda_fragment", "timetable.timetable_fragment", "feeds.feed_export", "files.document_show", "files.attachment_show", "booking.open_wish_fragment", "frames.open_wish_fragment", "frames.open_wish_show",
    "notifications.bell_fragment", "notifications.notification_show", "notifications.push_worker_show",
    "desk.times_fragment",
    "security.departure_new", "security.identity_new", "security.confirmation_departure_new", "security.arrival_show", "security.proof_link_show",
}  # fmt: skip
MAIN = [
    place for place in EVERY
    if place.path in (
        "/", "/reserver?covers=2&date={open_day}", "/reserver?covers=2&date={closed_day}", "/reservations/{own}", "/connexion",
        "/nulle-part", "/admin", "/admin/reservations", "/admin/reglages/salle", "/admin/reglages/services/{shift}",
        "/admin/service", "/admin/service/frise?date={own_day}", "/admin/calendrier", "/admin/calendrier?vue=mois&date={own_day}",
    ) or (place.path == "/admin/reservations/{own}" and place.who == MANAGER)
]  # fmt: skip
