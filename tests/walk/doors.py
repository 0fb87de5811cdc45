"""Every door of the house, and the right that opens it, written a second time: the walk compares them with what answers.

A new address is added here under its permission and the kind of record its path names ("" for none). What is missing is
named by test_no_door_is_forgotten.
"""

PUBLIC = """
    accounts.session_new accounts.session_create accounts.session_delete asset_show
    booking.choice_show booking.details_new booking.link_show booking.lookup_create booking.lookup_new
    booking.lookup_sent_show booking.reservation_create
    health ready version
    notifications.attachment_show notifications.layout_show notifications.letter_show notifications.mailbox_show
    site.accessibility_show site.display_update site.home_show site.language_update site.legal_show site.privacy_show
"""
SIGNED_IN = """
    accounts.own_space_show people.look_delete
"""
OWNERS = """
    datasets.export_show datasets.export_progress_fragment datasets.export_file_show
"""  # whoever asked for the export, and nobody else
ON_DATASETS = """
    datasets.csv_export_create datasets.xlsx_export_create datasets.selection_create
    datasets.view_create datasets.view_update datasets.view_delete
"""
OPENED_BY = {
    ("accounts.explain", "user"): "people.explanation_show",
    ("accounts.grant", ""): "teams.team_create",
    ("accounts.grant", "grant"): "people.ending_create",
    ("accounts.grant", "team"): "teams.member_create teams.member_delete teams.team_delete teams.team_grant_create",
    ("accounts.grant", "user"): "people.grant_create",
    ("accounts.look_as", "user"): "people.look_create",
    ("accounts.manage", ""): "roles.role_create roles.role_list roles.role_new roles.role_update",
    ("accounts.manage", "role"): "roles.role_delete",
    ("accounts.manage", "user"): "people.deactivation_create people.reactivation_create",
    ("accounts.view", ""): "people.user_list teams.team_list",
    ("accounts.view", "team"): "teams.team_show",
    ("accounts.view", "user"): "people.user_show",
    ("booking.cancel", "reservation"): """
        booking.cancellation_create booking.cancellation_new desk.cancellation_create desk.cancellation_new
    """,
    ("booking.change", "reservation"): """
        booking.contact_edit booking.contact_update booking.move_create booking.move_new desk.move_create desk.move_new
    """,
    ("booking.configure", ""): """
        room.area_update room.closure_create room.closure_list room.closure_new room.combination_create
        room.combination_list room.combination_new room.exceptional_day_create room.exceptional_day_new room.rules_edit
        room.rules_update room.shift_create room.shift_list room.shift_new room.table_list room.table_update
    """,
    ("booking.configure", "closure"): "room.closure_delete room.closure_edit room.closure_update",
    ("booking.configure", "combination"): "room.combination_delete room.combination_edit room.combination_update",
    ("booking.configure", "day"): "room.exceptional_day_delete room.exceptional_day_edit room.exceptional_day_update",
    ("booking.configure", "shift"): "room.shift_delete room.shift_edit room.shift_update",
    ("booking.create", ""): "desk.reservation_create desk.reservation_new",
    ("booking.note", "reservation"): "desk.note_create",
    ("booking.see", "reservation"): """
        booking.confirmation_show booking.document_show booking.invitation_show booking.own_reservation_show
    """,
    ("booking.view", ""): "desk.reservation_list",
    ("booking.view", "reservation"): "desk.reservation_show",
    ("booking.view_demand", ""): "demand.refused_search_list",
    ("booking.welcome", "reservation"): """
        desk.absence_create desk.confirmation_create desk.departure_create desk.installation_create
    """,
    ("directory.manage_establishment", ""): "room.establishment_edit room.establishment_update",
    ("notifications.view", ""): "notifications.message_list",
    ("site.enter", ""): "site.dashboard_fragment site.dashboard_show site.search_show",
    ("site.operate", ""): "site.job_list",
    ("site.operate", "outbox"): "site.replay_create",
    ("site.settings", ""): """
        site.module_list site.security_settings_edit site.security_settings_update site.settings_index
    """,
}
DATASETS = {
    # code: (permission, list, kind of its rows)
    "booking.reservations": ("booking.view", "/admin/reservations", "reservation"),
    "booking.refused_searches": ("booking.view_demand", "/admin/demande", "search"),
    "notifications.messages": ("notifications.view", "/admin/messages", "message"),
    "accounts.people": ("accounts.view", "/admin/personnes", "user"),
}

OPENS = {endpoint: asked for asked, endpoints in OPENED_BY.items() for endpoint in endpoints.split()}
KNOWN = {*OPENS, *PUBLIC.split(), *SIGNED_IN.split(), *OWNERS.split(), *ON_DATASETS.split()}
