"""Commands of the kernel: verify the trail, run what carries jobs."""

import signal
import sys
import threading
from pathlib import Path

import click
from flask import Blueprint

from app.kernel import audit, jobs, schedules

bp = Blueprint("kernel", __name__, cli_group=None)


@bp.cli.group("audit")
def audit_group() -> None:
    """Le journal."""


@audit_group.command("verify")
@click.option("--head-file", type=click.Path(path_type=Path), default=None)
def audit_verify(head_file: Path | None) -> None:
    """Vérifier la chaîne du journal."""
    verdict = audit.verify(head_file)
    for problem in verdict.problems:
        click.echo(problem, err=True)
    click.echo(f"{verdict.entries} entrée(s) lue(s), {len(verdict.problems)} anomalie(s).")
    sys.exit(1 if verdict.problems else 0)


@bp.cli.command("scheduler")
def scheduler() -> None:
    """Lancer l'horloge des travaux : un seul chef parmi plusieurs."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    schedules.run(stopping)


@bp.cli.command("sweep")
def sweep() -> None:
    """Remettre en route les travaux oubliés."""
    click.echo(f"{jobs.sweep()} travail (travaux) remis en route.")
