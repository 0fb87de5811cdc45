"""Commands: `flask books verify`."""

import sys

import click
from flask import Blueprint

from app.payments import queries
from app.payments.service import verify_closings

bp = Blueprint("books", __name__, cli_group="books")


@bp.cli.command("verify")
def books_verify() -> None:
    """Recalculer chaque journée arrêtée et sa chaîne.

    Répond 0 quand tout concorde, 1 quand une écriture ou un arrêté a changé.
    """
    problems = verify_closings()
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        sys.exit(1)
    click.echo(f"{len(queries.closings())} journée(s) arrêtée(s), tout concorde.")
