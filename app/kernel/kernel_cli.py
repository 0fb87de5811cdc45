"""Commands of the kernel: verify the trail, start the house or one of its parts."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any, TextIO, cast

import click
from flask import Blueprint, Flask, current_app

from app.config import folder_address, names_a_storage
from app.kernel import audit, clock, files, jobs, moving, seeds, supervisor, web_server
from app.kernel.db import db
from app.kernel.files import StoredFile
from app.kernel.lifecycle import RuleBroken
from app.kernel.moving import Outcome
from app.kernel.storage import opened
from app.kernel.uploads import size_in_words

bp = Blueprint("kernel", __name__, cli_group=None)


@bp.cli.group("audit")
def audit_group() -> None:
    """Le journal."""


@audit_group.command("verify")
@click.argument("file", type=click.File(encoding="utf-8"), required=False)
@click.option("--head-file", type=click.Path(path_type=Path), default=None, help="La tête gardée hors de la base.")
def audit_verify(file: TextIO | None, head_file: Path | None) -> None:
    """Vérifier la chaîne du journal, ou, sans base, celle d’un journal exporté dans FILE.

    Répond 0 quand elle est entière, 1 quand elle est rompue, 2 quand FILE n’est pas un journal.
    """
    try:
        verdict = audit.verify_lines(file, head_file) if file else audit.verify(head_file)
    except ValueError:
        click.echo("Ce fichier n’est pas un journal exporté par Guichet.", err=True)
        sys.exit(2)
    for problem in verdict.problems:
        click.echo(problem, err=True)
    click.echo(f"{verdict.entries} entrée(s) lue(s), {len(verdict.problems)} anomalie(s).")
    if verdict.undecided:
        click.echo(f"{verdict.undecided} entrée(s) vidée(s) : seul le journal entier dit si on l’avait décidé.")
    click.echo(f"Dernier sceau : {verdict.hash}")
    sys.exit(1 if verdict.problems else 0)


@bp.cli.group("files")
def files_group() -> None:
    """Les fichiers."""


@files_group.command("orphans")
def files_orphans() -> None:
    """Dire quels fichiers le ménage de la nuit supprimerait : plus rien ne les cite. N’en supprime aucun."""
    found = list(db.session.scalars(files.orphans(clock.now() - files.ORPHANS_KEPT).order_by(StoredFile.created_at)))
    for each in found:
        click.echo(f"{each.created_at:%Y-%m-%d}  {each.digest}  {each.media_type}  {size_in_words(each.size)}")
    weight = f", {size_in_words(sum(each.size for each in found))}" if found else ""
    click.echo(f"{len(found)} fichier(s) à supprimer{weight}.")


@files_group.command("bring")
@click.option(
    "--from",
    "source",
    envvar="STORAGE_FROM",
    default=None,
    help="L’adresse où ils sont restés, écrite comme STORAGE_URL ; sans elle, le dossier DATA_DIR/files. "
    "Une adresse qui porte un secret se donne plutôt par la variable STORAGE_FROM.",
)
def files_bring(source: str | None) -> None:
    """Copier dans le stockage de STORAGE_URL les fichiers restés dans un autre, sans rien y supprimer.

    Chaque fichier est relu et comparé à son empreinte. Peut être interrompu et relancé, maison ouverte.
    Répond 0 quand tout est là, 1 quand un fichier n’est nulle part ou qu’un stockage ne répond pas, 2 quand l’adresse
    ne convient pas.
    """
    origin = source or folder_address(Path(current_app.config["DATA_DIR"]))
    if not names_a_storage(origin) or origin == current_app.config["STORAGE_URL"]:
        click.echo("Donnez par --from l’adresse d’un autre stockage que celui de STORAGE_URL.", err=True)
        sys.exit(2)
    counts, weight, is_done = Counter[Outcome](), 0, True
    try:
        for each in moving.brought(opened(origin), files.storage()):
            counts[each.outcome] += 1
            weight += each.size if each.outcome is Outcome.COPIED else 0
            if each.outcome is Outcome.LOST:
                click.echo(f"Introuvable, ou abîmé : {each.digest}", err=True)
    except OSError as error:  # a bucket that is away, a disk that is full, a folder that may not be written
        is_done = False
        click.echo(f"Un stockage ne répond pas ({error}). Relancez plus tard : ce qui est copié le reste.", err=True)
    said = f"{counts[Outcome.COPIED]} fichier(s) copié(s)" + (f", {size_in_words(weight)}" if weight else "")
    click.echo(f"{said} ; {counts[Outcome.THERE]} déjà là ; {counts[Outcome.LOST]} introuvable(s).")
    sys.exit(0 if is_done and not counts[Outcome.LOST] else 1)


@bp.cli.command("start")
def start() -> None:
    """Lancer Guichet : base à jour, démonstration, Valkey, web, travaux, horloge."""
    app = _app()
    try:
        sys.exit(supervisor.start(app))
    except supervisor.StartRefused as refusal:
        supervisor.exit_politely(refusal)


@bp.cli.command("web")
def web() -> None:
    """Lancer le serveur web seul."""
    web_server.serve(_app())


@bp.cli.command("worker")
def worker() -> None:
    """Lancer seul un exécutant de travaux."""
    supervisor.run_worker(_app())


@bp.cli.command("scheduler")
def scheduler() -> None:
    """Lancer seule l’horloge des travaux : un seul chef parmi plusieurs."""
    supervisor.run_scheduler(_app())


@bp.cli.command("prepare")
def prepare() -> None:
    """Mettre la base à jour et y mettre ce avec quoi une installation commence."""
    try:
        supervisor.prepare(_app())
    except supervisor.StartRefused as refusal:
        supervisor.exit_politely(refusal)


@bp.cli.command("seed")
@click.option("--demo", is_flag=True, help="Charger aussi la démonstration.")
def seed(*, demo: bool) -> None:
    """Mettre dans la base ce avec quoi une installation commence."""
    try:
        planted = seeds.run_seeds(_app(), seeds.REFERENCE)
        if demo:
            planted += seeds.run_seeds(_app(), seeds.DEMO)
    except RuleBroken as refusal:
        click.echo(refusal.message, err=True)
        sys.exit(1)
    click.echo("\n".join(planted) or "Rien à ajouter.")


@bp.cli.command("check")
def check() -> None:
    """Vérifier la configuration et la montrer, sans les secrets."""
    for variable, value in _app().config["CONFIGURATION"].shown().items():
        click.echo(f"{variable}={value}")


@bp.cli.command("sweep")
def sweep() -> None:
    """Remettre en route les travaux oubliés."""
    click.echo(f"{jobs.sweep()} travail (travaux) remis en route.")


def _app() -> Flask:
    return cast("Any", current_app)._get_current_object()  # type: ignore[no-any-return]
