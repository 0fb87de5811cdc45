"""Every door of the house, and the right that opens it, written a second time: the walk compares them with what answers.

A new address is added here under its permission and the kind of record its path names ("" for none). What is missing is
named by test_no_door_is_forgotten.
"""

PUBLIC = """
    accounts.session_new accounts.session_create accounts.session_delete asset_show logos.logo_show
    accounts.account_create accounts.account_new accounts.address_confirmation_create
    accounts.address_confirmation_new accounts.address_link_show accounts.password_create accounts.password_new
    accounts.registration_create accounts.registration_link_show accounts.registration_new
    accounts.registration_sent_show accounts.reset_create accounts.reset_link_show accounts.reset_new
    accounts.reset_sent_show invitations.acceptance_create invitations.acceptance_new
    invitations.invitation_link_show
    security.arrival_show security.departure_new security.login_challenge_create security.passkey_session_create
    security.proof_agreement_create security.proof_create security.proof_letter_create security.proof_link_show
    security.proof_new security.setup_create security.setup_new security.verification_create
    security.verification_delete security.verification_new
    notifications.push_worker_show notifications.subscription_edit notifications.subscription_update
    booking.choice_show booking.details_new booking.link_show booking.lookup_create booking.lookup_new
    booking.lookup_sent_show booking.reservation_create
    booking.open_wish_fragment booking.open_wish_show
    waiting.entry_create waiting.entry_new waiting.link_show
    feedback.feedback_create feedback.feedback_new feedback.thanks_show
    booking.frame_script_show frames.choice_show frames.confirmation_show frames.details_new frames.invitation_show
    frames.open_wish_fragment frames.open_wish_show frames.reservation_create
    frames.guarantee_fragment frames.guarantee_show frames.payment_create
    feeds.feed_export
    paying.link_show stripe.event_create
    health ready version
    notifications.attachment_show notifications.layout_show notifications.letter_show notifications.mailbox_show
    site.accessibility_show site.display_update site.home_show site.house_show site.language_update site.legal_show site.privacy_show
"""
SIGNED_IN = """
    accounts.own_space_show people.look_delete
    accounts.address_change_delete accounts.address_edit accounts.address_update accounts.closing_create
    accounts.closing_new accounts.other_sessions_delete accounts.own_session_delete accounts.own_session_list
    accounts.password_edit accounts.password_update accounts.profile_edit accounts.profile_update
    feeds.feed_create feeds.feed_delete feeds.feed_show
    notifications.bell_fragment notifications.device_create notifications.device_delete notifications.mute_create notifications.mute_delete notifications.notification_list
    notifications.notification_show notifications.preference_edit notifications.preference_update
    notifications.preset_update notifications.reading_create notifications.reading_delete
    notifications.readings_create notifications.rhythm_update notifications.snooze_create
    own_data.archive_create own_data.archive_show own_data.data_show own_data.erasure_create own_data.erasure_new
    preferences.preferences_delete preferences.preferences_edit preferences.preferences_export
    preferences.preferences_file_create preferences.preferences_update preferences.preview_create
    security.authenticator_create security.authenticator_delete security.authenticator_new
    security.authenticator_removal_new security.confirmation_create security.confirmation_departure_new security.confirmation_new
    security.identity_delete security.identity_new security.identity_removal_new security.overview_show
    security.passkey_challenge_create security.passkey_create security.passkey_delete security.passkey_new
    security.passkey_edit security.passkey_removal_new security.passkey_update security.recovery_codes_create security.recovery_codes_new
"""
OWNERS = """
    datasets.export_show datasets.export_progress_fragment datasets.export_file_show
"""  # whoever asked for the export, and nobody else
ON_DATASETS = """
    datasets.csv_export_create datasets.xlsx_export_create datasets.selection_create
    datasets.layout_update datasets.view_create datasets.view_update datasets.view_delete
"""
ON_FIGURES = """
    figures.figure_index figures.figure_show figures.csv_export_create figures.xlsx_export_create
"""  # whoever holds the figure's own permission
ON_THEIR_RECORD = """
    files.document_show files.version_create files.attachment_show files.attachment_delete
"""  # the right its declaration names, on the record it is of: tests/kernel/test_file_doors.py
OPENED_BY = {
    ("accounts.explain", "user"): "people.explanation_show",
    ("accounts.grant", ""): """
        invitations.invitation_create invitations.invitation_list invitations.invitation_new teams.team_create
    """,
    ("accounts.grant", "invitation"): "invitations.invitation_delete invitations.invitation_show",
    ("accounts.grant", "grant"): "people.ending_create people.grant_update",
    ("accounts.grant", "team"): """
        teams.member_create teams.member_delete teams.team_delete teams.team_edit teams.team_grant_create
        teams.team_update
    """,
    ("accounts.grant", "user"): "people.grant_create",
    ("accounts.look_as", "user"): "people.look_create",
    ("accounts.manage", ""): """
        roles.role_create roles.role_list roles.role_new roles.role_update
        security.second_factor_roles_edit security.second_factor_roles_update
    """,
    ("accounts.manage", "role"): "roles.role_delete roles.role_edit roles.role_name_update",
    ("accounts.manage", "user"): "people.deactivation_create people.reactivation_create",
    ("accounts.propose_display", ""): "preferences.proposal_edit preferences.proposal_update",
    ("accounts.view", ""): "people.user_list teams.team_list",
    ("accounts.view", "team"): "teams.team_show",
    ("accounts.view", "user"): "people.user_show",
    ("audit.view", ""): "journal.entry_export journal.entry_list journal.entry_show journal.verification_create",
    ("booking.cancel", "reservation"): """
        booking.cancellation_create booking.cancellation_new desk.cancellation_create desk.cancellation_new
    """,
    ("booking.change", "reservation"): """
        booking.contact_edit booking.contact_update booking.move_create booking.move_new desk.move_create desk.move_new
        timetable.seating_edit timetable.seating_update
    """,
    ("booking.configure", ""): """
        room.area_update room.closure_create room.closure_list room.closure_new room.combination_create
        room.combination_list room.combination_new room.exceptional_day_create room.exceptional_day_new
        room.patience_edit room.patience_update room.plan_edit room.plan_update room.rules_edit
        room.rules_update room.shift_create room.shift_list room.shift_new room.table_list room.table_update
        trials.trial_create trials.trial_new waiting_settings.waiting_edit waiting_settings.waiting_update
        guest_tags.tag_create guest_tags.tag_list
        room.close_out_create room.close_out_new
        room.embedding_edit room.embedding_update
        guarantee_settings.rule_create guarantee_settings.rule_list guarantee_settings.rule_new
    """,
    ("booking.configure", "guaranteerule"): """
        guarantee_settings.earlier_place_create guarantee_settings.rule_delete guarantee_settings.rule_edit
        guarantee_settings.rule_update
    """,
    ("booking.guarantee", "reservation"): """
        guarantee_desk.absence_charge_create guarantee_desk.absence_refund_create guarantee_desk.debt_create guarantee_desk.debt_payment_create
        guarantee_desk.guarantee_create guarantee_desk.guarantee_new guarantee_desk.waiver_create
    """,
    ("booking.see", "guarantee"): "guarantees.guarantee_create guarantees.guarantee_fragment guarantees.guarantee_show",
    ("booking.configure", "floortrial"): "trials.trial_delete",
    ("booking.configure", "closeout"): "room.close_out_delete room.close_out_edit room.close_out_update",
    ("booking.configure", "closure"): "room.closure_delete room.closure_edit room.closure_update",
    ("booking.configure", "combination"): "room.combination_delete room.combination_edit room.combination_update",
    ("booking.configure", "day"): "room.exceptional_day_delete room.exceptional_day_edit room.exceptional_day_update",
    ("booking.configure", "guesttag"): "guest_tags.tag_delete guest_tags.tag_edit guest_tags.tag_update",
    ("booking.configure", "shift"): "room.shift_delete room.shift_edit room.shift_update",
    ("booking.create", ""): "desk.reservation_create desk.reservation_new desk.times_fragment guests.known_fragment",
    ("booking.note", "reservation"): "desk.note_create",
    ("booking.pause", ""): "pause.pause_create pause.pause_delete",
    ("booking.view_guests", ""): "guests.guest_list",
    ("booking.view_guests", "guest"): "guests.guest_show",
    ("booking.keep_guests", "guest"): """
        guests.note_create guests.note_delete guests.preference_edit guests.preference_update guests.tagging_update
    """,
    ("booking.view_health", ""): "guests.health_list",
    ("booking.view_health", "guest"): "guests.health_show",
    ("booking.keep_health", "guest"): "guests.health_create guests.health_delete",
    ("booking.see", "reservation"): """
        booking.confirmation_show booking.document_show booking.invitation_show booking.own_reservation_show
    """,
    ("booking.serve", "reservation"): "floor.stage_create",
    ("booking.view", ""): """
        desk.reservation_list floor.room_fragment floor.room_show floor.sheet_export floor.sheet_show floor.table_show
        timetable.timetable_fragment timetable.timetable_show
    """,
    ("booking.view", "reservation"): "desk.reservation_show floor.party_show",
    ("booking.view_demand", ""): "demand.refused_search_list trials.trial_list",
    ("booking.view_demand", "floortrial"): "trials.trial_fragment trials.trial_show",
    ("booking.welcome", ""): """
        floor.disposition_create floor.disposition_show floor.lost_walk_in_create floor.waiting_walk_in_create floor.walk_in_create floor.walk_in_new
    """,
    ("booking.welcome", "rearrangement"): "floor.rearrangement_delete",
    ("booking.welcome", "reservation"): """
        desk.absence_create desk.absence_delete desk.arrival_create desk.arrival_delete desk.confirmation_create
        desk.departure_create desk.departure_delete desk.installation_create desk.installation_delete
        floor.party_update floor.seating_update
    """,
    ("booking.keep_waiting", ""): "waiting_desk.entry_create waiting_desk.entry_new",
    ("booking.keep_waiting", "waiting"): "waiting_desk.offer_create waiting_desk.offer_delete",
    ("booking.view_waiting", ""): "waiting_desk.entry_list",
    ("booking.view_waiting", "waiting"): "waiting_desk.entry_show",
    ("booking.wait", "waiting"): """
        waiting.acceptance_create waiting.entry_show waiting.withdrawal_create
        waiting_desk.acceptance_create waiting_desk.withdrawal_create
    """,
    ("directory.merge", ""): "duplicates.merge_list",
    ("directory.merge", "person"): """
        duplicates.candidate_list duplicates.distinction_create duplicates.merge_create duplicates.merge_new
    """,
    ("directory.merge", "personmerge"): "duplicates.merge_delete",
    ("calendar.view", ""): """
        calendar.agenda_fragment calendar.calendar_show calendar.move_edit calendar.move_update
    """,
    ("directory.manage_establishment", ""): """
        logos.logo_delete logos.logo_edit logos.logo_update room.establishment_edit room.establishment_update
    """,
    ("feedback.handle", "feedback"): """
        feedback.handling_create feedback.handling_delete feedback.note_update feedback.reading_create
    """,
    ("feedback.view", ""): "feedback.feedback_list",
    ("feedback.view", "feedback"): "feedback.feedback_show",
    ("notifications.configure", ""): "notifications.default_edit notifications.default_update",
    ("notifications.connect", ""): "notifications.room_create notifications.room_list notifications.room_new",
    ("notifications.connect", "teamroom"): """
        notifications.room_delete notifications.room_edit notifications.room_trial_create notifications.room_update
    """,
    ("notifications.lift", ""): "notifications.suppressed_address_list",
    ("notifications.view", ""): "notifications.message_list",
    ("notifications.word", ""): """
        wordings.paper_create wordings.preview_create wordings.preview_show wordings.trial_create wordings.wording_delete
        wordings.wording_edit wordings.wording_list wordings.wording_update
    """,
    ("payments.charge", "receivable"): "payments.charge_create",
    ("payments.close", ""): "payments.closing_create",
    ("payments.close", "movement"): "payments.reversal_create payments.reversal_new",
    ("payments.configure", ""): """
        payment_settings.connection_create payment_settings.connection_show payment_settings.payments_edit
        payment_settings.payments_update payment_settings.reconciliation_create
    """,
    ("payments.export", ""): "payments.books_export payments.books_new",
    ("payments.pay", "receivable"): """
        paying.checkout_create paying.own_receipt_show paying.receivable_show paying.return_fragment paying.return_show
    """,
    ("payments.record", "receivable"): """
        payments.forgiveness_create payments.payment_link_create payments.receipt_create
    """,
    ("payments.refund", "movement"): "payments.refund_create payments.refund_new",
    ("payments.refund", "refundrequest"): """
        payments.approval_create payments.new_attempt_create payments.refusal_create payments.renunciation_create
    """,
    ("payments.view", ""): "payments.closing_list payments.movement_list payments.payout_list payments.receivable_list",
    ("payments.view", "movement"): "payments.movement_show payments.receipt_show",
    ("payments.view", "dispute"): "payments.dispute_show",
    ("payments.view", "payout"): "payments.payout_show",
    ("payments.view", "receivable"): "payments.receivable_show",
    ("payments.view", "refundrequest"): "payments.refundrequest_show",
    ("privacy.answer", ""): "consents.consent_list",
    ("privacy.answer", "person"): """
        person_data.archive_create person_data.archive_show person_data.data_show person_data.erasure_create
        person_data.erasure_new
    """,
    ("privacy.register", ""): "duties.register_show",
    ("privacy.retain", ""): "duties.application_create duties.retention_list",
    ("site.enter", ""): "site.dashboard_fragment site.dashboard_show site.house_update site.search_show",
    ("site.operate", ""): "site.job_list",
    ("site.operate", "outbox"): "site.replay_create",
    ("invoices.configure", ""): """
        invoice_settings.issuer_edit invoice_settings.issuer_update invoice_settings.law_list
        invoice_settings.rate_create invoice_settings.wording_create
    """,
    ("invoices.draft", ""): """
        invoices.deposits_fragment invoices.invoice_create invoices.invoice_new recipients.recipient_create recipients.recipient_new
    """,
    ("invoices.draft", "invoice"): """
        invoices.credit_note_create invoices.invoice_delete invoices.invoice_edit invoices.invoice_update
    """,
    ("invoices.draft", "recipient"): "recipients.recipient_edit recipients.recipient_update",
    ("invoices.issue", "invoice"): "invoices.issue_create invoices.sending_create",
    ("invoices.view", ""): "invoices.invoice_list recipients.recipient_list",
    ("invoices.view", "invoice"): "invoices.facturx_show invoices.invoice_show invoices.paper_show",
    ("invoices.view", "recipient"): "recipients.recipient_show",
    ("site.settings", ""): """
        site.module_list site.security_settings_edit site.security_settings_update site.settings_index
    """,
}
DATASETS = {
    # code: (permission, list, kind of its rows)
    "booking.reservations": ("booking.view", "/admin/reservations", "reservation"),
    "booking.waiting": ("booking.view_waiting", "/admin/liste-attente", "waiting"),
    "booking.guests": ("booking.view_guests", "/admin/convives", "guest"),
    "booking.refused_searches": ("booking.view_demand", "/admin/demande", "search"),
    "feedback.feedback": ("feedback.view", "/admin/avis", "feedback"),
    "notifications.messages": ("notifications.view", "/admin/messages", "message"),
    "accounts.people": ("accounts.view", "/admin/personnes", "user"),
    "accounts.invitations": ("accounts.grant", "/admin/personnes/invitations", "invitation"),
    "booking.consents": ("privacy.answer", "/admin/consentements", "consent"),
    "notifications.suppressed": ("notifications.lift", "/admin/messages/adresses-ecartees", "suppressed"),
    "payments.journal": ("payments.view", "/admin/paiements", "movement"),
    "payments.receivables": ("payments.view", "/admin/paiements/sommes", "receivable"),
    "payments.payouts": ("payments.view", "/admin/paiements/versements", "payout"),
    "payments.closings": ("payments.view", "/admin/paiements/journees", "closing"),
    "invoices.invoices": ("invoices.view", "/admin/factures", "invoice"),
    "invoices.recipients": ("invoices.view", "/admin/factures/destinataires", "recipient"),
    "traces.journal": ("audit.view", "/admin/journal", "entry"),
}

GROWING = {"traces.journal"}  # who looks makes a line of it: only whether it opens is compared

OPENS = {endpoint: asked for asked, endpoints in OPENED_BY.items() for endpoint in endpoints.split()}
KNOWN = {
    *OPENS, *PUBLIC.split(), *SIGNED_IN.split(), *OWNERS.split(), *ON_DATASETS.split(), *ON_FIGURES.split(),
    *ON_THEIR_RECORD.split(),
}  # fmt: skip
