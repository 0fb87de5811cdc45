"""What the kernel's own tables hold of people: messages, links, documents, lists kept, the trail, the archives."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.kernel.attachments import WAITS_FOR, left_waiting
from app.kernel.audit import FORGETTING, AuditEntry
from app.kernel.datasets.models import DatasetExport
from app.kernel.files import ORPHANS_KEPT
from app.kernel.languages import N_, _
from app.kernel.links import Link
from app.kernel.messages import Message
from app.kernel.privacy import Basis, Found, Known, person_reference, personal_data, retention
from app.traces import forgetting, queries
from app.traces.models import PersonalArchive

person_reference(Message.person_id, since=Message.created_at, label=N_("Messages envoyés"))
person_reference(Link.person_id, since=Link.expires_at, label=N_("Liens"))
person_reference(DatasetExport.person_id, since=DatasetExport.created_at, label=N_("Exports de listes"))
person_reference(PersonalArchive.person_id, since=PersonalArchive.created_at, label=N_("Archives personnelles"))

YEAR = timedelta(days=365)


# --- messages ---------------------------------------------------------------------------------------------------


def _messages(known: Known) -> list[dict[str, Any]]:
    return [
        {
            _("Écrit le"): message.created_at,
            _("À"): message.to_name,
            _("Adresse"): message.to_address,
            _("Message"): message.notice,
            _("État"): message.state.label,
        }
        for message in queries.messages_to(known)
    ]


personal_data(
    "mail.messages",
    N_("Messages envoyés"),
    purpose=N_("Prévenir les personnes de ce qui les concerne, et pouvoir le prouver"),
    basis=Basis.CONTRACT,
    people=N_("Clients, équipe"),
    contents=N_("Nom, adresse, nature du message, réponse du serveur de courrier"),
    recipients=N_("L’équipe ; le serveur de courrier de la maison"),
    kept=N_("Un an"),
    on_erasure=N_("Noms, adresses et réponses des serveurs sont effacés ; ce qui n’est pas parti ne part plus."),
    export=_messages,
    erase=forgetting.forget_messages,
)

retention(
    "mail.messages",
    N_("Messages envoyés"),
    kept_for=YEAR,
    why=N_("Un an pour répondre à une contestation"),
    act=N_("Supprimés"),
    due=lambda before: sa.select(Message.id).where(Message.created_at < before),
    apply=forgetting.delete_messages,
)


# --- addresses a server refused ---------------------------------------------------------------------------------


def _suppressed(known: Known) -> list[dict[str, Any]]:
    return [
        {_("Adresse"): each.address, _("Motif"): each.reason, _("Depuis le"): each.since}
        for each in queries.suppressed_of(known)
    ]


personal_data(
    "mail.suppressed_addresses",
    N_("Adresses écartées"),
    purpose=N_("Ne plus écrire à une adresse qu’un serveur a refusée pour de bon"),
    basis=Basis.INTEREST,
    people=N_("Clients, équipe"),
    contents=N_("Adresse, réponse du serveur de courrier"),
    recipients=N_("L’équipe"),
    kept=N_("Jusqu’à ce que quelqu’un la rétablisse"),
    on_erasure=N_("Supprimées."),
    export=_suppressed,
    erase=forgetting.forget_suppressed,
)


# --- links ------------------------------------------------------------------------------------------------------


def _links(known: Known) -> list[dict[str, Any]]:
    return [
        {
            _("Ouvert le"): link.created_at,
            _("Jusqu’au"): link.expires_at,
            _("Premier usage"): link.first_used_at,
        }
        for link in queries.links_of(known)
    ]


def _find_links(person_id: UUID) -> Found:
    return Found(actors=[str(link_id) for link_id in queries.link_ids_of(person_id)])


personal_data(
    "kernel.links",
    N_("Liens personnels"),
    purpose=N_("Laisser chacun gérer sa réservation sans compte"),
    basis=Basis.CONTRACT,
    people=N_("Clients"),
    contents=N_("Dates du lien et de son premier usage"),
    recipients=N_("Personne d’autre que qui le porte"),
    kept=N_("Trois mois après leur fin"),
    on_erasure=N_("Révoqués aussitôt, puis supprimés."),
    find=_find_links,
    export=_links,
    erase=forgetting.revoke_links,
)

retention(
    "kernel.links",
    N_("Liens expirés ou révoqués"),
    kept_for=timedelta(days=90),
    why=N_("Ils ne servent plus"),
    act=N_("Supprimés"),
    due=queries.dead_links,
    apply=forgetting.delete_links,
)


# --- documents and files ----------------------------------------------------------------------------------------


def _documents(known: Known) -> list[dict[str, Any]]:
    return [
        {_("Document"): each.label, _("Produit le"): each.created_at, _("Fichier"): each.filename}
        for each in queries.documents_of(known)
    ]


def _attachments(known: Known) -> list[dict[str, Any]]:
    return [
        {_("Fichier"): each.filename, _("Envoyé le"): each.created_at, _("Taille"): each.size}
        for each in queries.attachments_of(known)
    ]


personal_data(
    "kernel.documents",
    N_("Documents"),
    purpose=N_("Donner sur papier ce qui a été promis"),
    basis=Basis.CONTRACT,
    people=N_("Clients"),
    contents=N_("Ce que dit le document : nom, date, demande"),
    recipients=N_("La personne, l’équipe"),
    kept=N_("Selon le document : trois ans pour une confirmation de réservation"),
    on_erasure=N_("Supprimés, avec leurs fichiers."),
    export=_documents,
    erase=forgetting.delete_documents_of,
)

retention(
    "kernel.documents",
    N_("Documents plus vieux que leur durée"),
    kept_for=timedelta(0),
    why=N_("Chaque document déclare combien d’années il est gardé"),
    act=N_("Supprimés, avec leurs fichiers"),
    due=queries.documents_outlived,
    apply=forgetting.delete_documents,
)

personal_data(
    "kernel.attachments",
    N_("Fichiers envoyés"),
    purpose=N_("Montrer ce dont on parle"),
    basis=Basis.INTEREST,
    people=N_("Visiteurs et équipe"),
    contents=N_("Images sans leurs données cachées, documents, nom du fichier"),
    recipients=N_("L’équipe qui lit ce qu’ils accompagnent"),
    kept=N_("Aussi longtemps que ce qu’ils accompagnent"),
    on_erasure=N_("Supprimés avec ce qu’ils accompagnent ; ailleurs, le nom de qui les a envoyés est retiré."),
    export=_attachments,
    erase=forgetting.delete_attachments_of,
)

retention(
    "kernel.attachments",
    N_("Fichiers dont le formulaire n’a jamais été envoyé"),
    kept_for=WAITS_FOR,
    why=N_("Le temps de finir le formulaire"),
    act=N_("Supprimés, avec leurs fichiers"),
    due=left_waiting,
    apply=forgetting.delete_attachments,
)

retention(
    "kernel.files",
    N_("Fichiers que plus rien ne cite"),
    kept_for=ORPHANS_KEPT,
    why=N_("Ils ne servent plus"),
    act=N_("Supprimés du disque"),
    due=queries.orphan_files,
    apply=forgetting.delete_files,
)


# --- lists ------------------------------------------------------------------------------------------------------


def _views(known: Known) -> list[dict[str, Any]]:
    return [{_("Vue"): view.name, _("Gardée le"): view.created_at} for view in queries.views_of(known)]


personal_data(
    "datasets.views",
    N_("Vues gardées et exports préparés"),
    purpose=N_("Retrouver ses listes, et ses exports pendant une semaine"),
    basis=Basis.INTEREST,
    people=N_("Équipe"),
    contents=N_("Noms des vues ; exports de listes"),
    recipients=N_("Leur auteur"),
    kept=N_("Le temps du compte pour les vues, sept jours pour les fichiers"),
    on_erasure=N_("Ses vues sont supprimées. Tous les exports préparés le sont aussi : la personne peut y figurer."),
    export=_views,
    erase=forgetting.forget_lists,
)


# --- the trail --------------------------------------------------------------------------------------------------

personal_data(
    "audit.entries",
    N_("Journal"),
    purpose=N_("Savoir qui a fait quoi, et prouver que rien n’a été changé après coup"),
    basis=Basis.INTEREST,
    people=N_("Équipe, clients"),
    contents=N_("Nom de l’auteur, fait, réseau tronqué, valeurs masquées"),
    recipients=N_("Administrateurs, gestionnaires, auditeurs"),
    kept=N_("Cinq ans, puis sans contenu"),
    on_erasure=N_("Les entrées restent pour la preuve, vidées de leur contenu ; la chaîne se vérifie toujours."),
    export=queries.told_entries_of,
    erase=forgetting.leave_the_trail_to_the_end,
)


def _old_entries(before: datetime) -> sa.Select[Any]:
    return sa.select(AuditEntry.number).where(
        AuditEntry.at < before, AuditEntry.forgotten_at.is_(None), AuditEntry.fact != FORGETTING
    )


retention(
    "audit.entries",
    N_("Contenu des entrées du journal"),
    kept_for=5 * YEAR,
    why=N_("Cinq ans, durée de la prescription civile (Code civil, article 2224)"),
    act=N_("Entrées gardées, vidées de leur contenu"),
    due=_old_entries,
    apply=forgetting.empty_old_entries,
)


# --- archives ---------------------------------------------------------------------------------------------------


def _archives(known: Known) -> list[dict[str, Any]]:
    return [{_("Demandée le"): each.created_at} for each in queries.archives_of(known.person_id)]


personal_data(
    "traces.archives",
    N_("Archives demandées"),
    purpose=N_("Remettre à chacun ses données (RGPD, articles 15 et 20)"),
    basis=Basis.DUTY,
    people=N_("Clients, équipe"),
    contents=N_("Tout ce qui précède, en un fichier"),
    recipients=N_("La personne ; qui lui répond"),
    kept=N_("Sept jours"),
    on_erasure=N_("Supprimées, avec leurs fichiers."),
    export=_archives,
    erase=forgetting.delete_archives_of,
)

retention(
    "traces.archives",
    N_("Archives de plus de sept jours"),
    kept_for=timedelta(0),
    why=N_("Le temps de les télécharger"),
    act=N_("Supprimées, avec leurs fichiers"),
    due=queries.expired_archives,
    apply=forgetting.delete_archives,
)


# --- people -----------------------------------------------------------------------------------------------------

retention(
    "directory.people",
    N_("Personnes que plus rien ne rappelle"),
    kept_for=3 * YEAR,
    why=N_("Trois ans après le dernier contact (référentiel de la CNIL sur la gestion commerciale)"),
    act=N_("Effacées comme à leur demande"),
    due=queries.forgotten_people,
    apply=forgetting.erase_people,
)
