"""Commands: `flask audit export`, beside the kernel's `flask audit verify`."""

import sys
from datetime import datetime
from pathlib import Path

import click

from app.kernel.access import system
from app.kernel.kernel_cli import audit_group
from app.kernel.lifecycle import RuleBroken
from app.traces import service

DAY = click.DateTime(["%Y-%m-%d"])


@audit_group.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--since", type=DAY, default=None, help="Premier jour, comme 2026-01-01.")
@click.option("--until", type=DAY, default=None, help="Dernier jour, compris.")
def audit_export(file: Path, since: datetime | None, until: datetime | None) -> None:
    """Écrire le journal avec ses sceaux dans FILE, qui se vérifie ensuite sans base.

    Répond 0 quand FILE est écrit, 1 quand rien ne l’est : FILE existe déjà, la place manque, la période est vide.
    """
    days = since.date() if since else None, until.date() if until else None
    try:
        entries = service.write_trail(file, *days, actor=system("audit export"))
    except RuleBroken as refusal:
        click.echo(refusal.message, err=True)
        sys.exit(1)
    click.echo(f"{entries} entrée(s) écrite(s) dans {file}.")
