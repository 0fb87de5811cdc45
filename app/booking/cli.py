"""Commands: `flask establishment …`, `flask seating …` and `flask booking …`."""

import sys
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click
from flask import Blueprint

from app.booking.exchange import EstablishmentFile, FileRefused, dump, parse
from app.booking.impact import Break
from app.booking.presentation.rearrangements import proposals_shown
from app.booking.queries import house_of
from app.booking.queries.rearrangements import proposals_on
from app.booking.replaying import replay
from app.booking.scenario import drive, questions_of
from app.booking.seating import Policy, PolicyName
from app.booking.service.room import ChangeBreaks, apply_establishment_file, establishment_file
from app.directory.queries import establishment_by_slug, establishments, first_establishment
from app.kernel.access import system
from app.kernel.audit import AuditSource, coming_from
from app.kernel.db import transaction
from app.kernel.formats import clock_time
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken

establishment_bp = Blueprint("establishment", __name__, cli_group="establishment")
establishment_bp.cli.help = "L’établissement : sa salle, ses horaires, ses règles."
seating_bp = Blueprint("seating", __name__, cli_group="seating")
seating_bp.cli.help = "Le placement des convives."
booking_bp = Blueprint("booking_commands", __name__, cli_group="booking")
booking_bp.cli.help = "Les réservations : rejouer un scénario, mieux disposer la salle."
BLUEPRINTS = (establishment_bp, seating_bp, booking_bp)

STANDARD = click.Path(dir_okay=False, allow_dash=True, path_type=Path)


@establishment_bp.cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--force", is_flag=True, help="Enregistrer même si des réservations à venir ne tiennent plus.")
def import_establishment(file: Path, *, force: bool) -> None:
    """Créer ou mettre à jour d’après un fichier.

    FILE est ce fichier, ou - pour l’entrée standard. S’il contient une erreur, rien ne change : toutes ses erreurs
    sont dites, avec leur place.
    """
    try:
        read = parse(sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes())
    except FileRefused as refused:
        _refuse(*(f"{error.place} : {_(error.text, **error.values)}" for error in refused.errors))
    try:
        with coming_from(AuditSource.IMPORT):
            _apply(read, force=force)
    except RuleBroken as refusal:
        _refuse(refusal.message)
    click.echo(
        f"{read.name} ({read.slug}) : {len(read.tables)} tables, {len(read.combinations)} regroupements, "
        f"{len(read.opening.shifts)} services."
    )


@establishment_bp.cli.command("export")
@click.argument("slug")
@click.argument("file", type=STANDARD, default=Path("-"))
def export_establishment(slug: str, file: Path) -> None:
    """Écrire un établissement dans un fichier.

    SLUG est son nom dans les adresses, FILE le fichier ; sans lui, la sortie standard.
    """
    establishment = establishment_by_slug(slug)
    if establishment is None:
        known = ", ".join(each.slug for each in establishments()) or "aucun"
        _refuse(f"Il n’y a pas d’établissement « {slug} ». Connus : {known}.")
    text = dump(establishment_file(establishment))
    if str(file) == "-":
        click.echo(text, nl=False)
    else:
        file.write_text(text, encoding="utf-8")


@seating_bp.cli.command("drive")
@click.option("--policy", type=click.Choice([name.value for name in PolicyName]), default=PolicyName.BEST_FIT.value)
def drive_engine(policy: str) -> None:
    """Piloter le placement depuis un programme.

    Une question JSON par ligne en entrée, une réponse par ligne en sortie, dans l’ordre.
    """
    for answer in drive(sys.stdin.buffer, Policy(PolicyName(policy))):
        click.echo(answer)


@booking_bp.cli.command("replay")
@click.argument("scenario", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--policy", type=click.Choice([name.value for name in PolicyName]), default=PolicyName.GUARDED.value)
def replay_scenario(scenario: Path, policy: str) -> None:
    """Rejouer un scénario dans la base, sans rien y laisser.

    SCENARIO est un scénario entier (seating-scenario/1) ou tient une question JSON par ligne, comme « seating drive » ;
    - pour l’entrée standard. Les réponses sont celles du moteur seul ; elles passent ici par les réservations et la
    base de données.
    """
    file = sys.stdin.buffer.read() if str(scenario) == "-" else scenario.read_bytes()
    for answer in replay(questions_of(file), PolicyName(policy)):
        click.echo(answer)


@booking_bp.cli.command("optimise")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--shift", default="", help="Le nom d’un service ; sans lui, tous ceux du jour.")
@click.option("--slug", default="", help="L’établissement ; sans lui, le premier.")
@click.option("--areas", is_flag=True, help="Remplir aussi les espaces également.")
def optimise_day(day: datetime, shift: str, slug: str, *, areas: bool) -> None:
    """Proposer une meilleure disposition d’un jour à venir.

    DAY est la date, comme 2026-12-24. Rien n’est déplacé : la page Disposition du service montre la même proposition,
    à accepter ou non.
    """
    place = establishment_by_slug(slug) if slug else first_establishment()
    if place is None:
        _refuse("Il n’y a pas d’établissement de ce nom." if slug else "Aucun établissement n’est encore créé.")
    found = proposals_on(house_of(place), day.date(), evens_areas=areas)
    known = sorted({each.shift.name for each in found})
    if shift and shift not in known:
        _refuse(f"Il n’y a pas de service « {shift} » ce jour-là. Connus : {', '.join(known) or 'aucun'}.")
    shown = proposals_shown(place, [each for each in found if shift in ("", each.shift.name)])
    for proposal in shown:
        click.echo(f"{proposal.name} : {', '.join(proposal.gains)}")
        for line in proposal.lines:
            click.echo(f"  {line}")
    if not shown:
        click.echo("Rien à améliorer.")


def _apply(file: EstablishmentFile, *, force: bool) -> None:
    """Apply the file; what it breaks is listed, and applied all the same only when forced."""
    actor = system("establishment import")
    try:
        with transaction():
            apply_establishment_file(file, actor=actor)
    except ChangeBreaks as refusal:
        for broken in refusal.breaks:
            click.echo(_line(broken), err=True)
        if not force:
            _refuse(refusal.message, "Avec --force, ces réservations restent telles quelles et le fichier s’applique.")
        with transaction():
            apply_establishment_file(file, actor=actor, force=True)


def _line(broken: Break) -> str:
    promise = broken.promise
    when = f"{promise.service_date.isoformat()} {clock_time(promise.local_time)}"
    return f"{promise.reference} · {when} · {promise.covers} · {promise.guest_name} : {broken.sentence}"


def _refuse(*lines: str) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    sys.exit(1)
