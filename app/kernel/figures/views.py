"""The pages of figures: the index, one page for each, and what leaves the house."""

import io
from collections.abc import Callable
from functools import wraps
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, abort, request, url_for

from app.kernel import navigation
from app.kernel.access import acting
from app.kernel.datasets.periods import WORDS
from app.kernel.db import transaction
from app.kernel.events import publish
from app.kernel.figures import drawing
from app.kernel.figures.asking import COMPARISONS, PERIODS, Question, question
from app.kernel.figures.declaration import Figure, figure_at, figures_for
from app.kernel.figures.events import FigureExported
from app.kernel.figures.tabling import Answer
from app.kernel.figures.tiles import tile_of
from app.kernel.guards import refuse
from app.kernel.languages import _
from app.kernel.spreadsheets import CSV_TYPE, XLSX_TYPE, Workbook, csv_lines
from app.kernel.web import page

bp = Blueprint("figures", __name__, url_prefix="/admin/chiffres")
View = Callable[..., Any]


def figure_act(view: View) -> View:
    """Guard a page of figures: the one its path names must exist and its permission be held; the index needs one."""

    @wraps(view)
    def guarded(**values: Any) -> Any:
        if "path" not in values:
            return view() if figures_for(acting()) else refuse()
        declared = figure_at(values["path"])
        if declared is None:
            abort(404)
        return view(declared) if declared.permission.allows(acting()) else refuse()

    guarded.access_rule = "figure"  # type: ignore[attr-defined]
    return guarded


@bp.get("")
@figure_act
def figure_index() -> Response:
    """Show every figure the reader may open, by group, and what else the slices enter in the area "figures"."""
    known = figures_for(acting())
    groups = [
        (_(group), [tile_of(figure, acting()) for figure in each])
        for group, each in groupby(known, key=lambda figure: figure.group)
    ]
    others = navigation.shown("figures", acting())
    return page("figures/figure_index.html", groups=groups, others=others)


@bp.get("/<string:path>")
@figure_act
def figure_show(figure: Figure) -> Response:
    """Show a figure over a period: the whole, the chart, the table, how it is computed."""
    asked = question(figure, request.args, acting())
    answer = _answer(figure, asked)
    part = figure.part.context(acting(), asked.asked) if figure.part else {}
    return page(
        "figures/figure_show.html",
        status=422 if asked.problem else 200,
        figure=figure,
        question=asked,
        answer=answer,
        **_drawn(answer),
        **_choices(figure, asked),
        part=part,
    )


@bp.post("/<string:path>/export.csv")
@figure_act
def csv_export_create(figure: Figure) -> Response:
    """Give what the page shows as CSV."""
    asked, answer = _exported(figure, "csv")
    return _attached(Response(csv_lines(answer.heads, [answer.plain]), content_type=CSV_TYPE), figure, asked, "csv")


@bp.post("/<string:path>/export.xlsx")
@figure_act
def xlsx_export_create(figure: Figure) -> Response:
    """Give what the page shows as a workbook."""
    (asked, answer), buffer = _exported(figure, "xlsx"), io.BytesIO()
    workbook = Workbook(buffer, figure.title, answer.heads)
    workbook.add(answer.plain)
    workbook.close()
    return _attached(Response(buffer.getvalue(), content_type=XLSX_TYPE), figure, asked, "xlsx")


def _answer(figure: Figure, asked: Question) -> Answer:
    compared = asked.compared
    before = figure.series(acting(), compared) if compared else None
    return Answer(figure, figure.series(acting(), asked.asked), before)


def _drawn(answer: Answer) -> dict[str, Any]:
    series, unit = answer.series, answer.figure.unit
    if series.shape == "donut":
        return {"ring": drawing.ring(series, unit), "chart": None}
    return {"ring": None, "chart": drawing.chart(series, unit, answer.before)}


def _choices(figure: Figure, asked: Question) -> dict[str, Any]:
    filters = [(each.name, _(each.label), each.choices(acting())) for each in figure.filters]
    return {
        "periods": [(word, _(WORDS[word][0])) for word in PERIODS],
        "comparisons": [(key, _(label)) for key, label in COMPARISONS],
        "filters": [each for each in filters if len(each[2]) > 1],
        "rows_url": figure.rows(asked.asked) if figure.rows else None,
        "exports": [
            (name, f"{url_for(f'.{kind}_export_create', path=figure.path)}?{asked.query()}")
            for name, kind in (("CSV", "csv"), ("XLSX", "xlsx"))
        ],
    }


def _exported(figure: Figure, file_format: str) -> tuple[Question, Answer]:
    asked = question(figure, request.args, acting())
    answer = _answer(figure, asked)
    with transaction():
        publish(FigureExported(figure, acting(), file_format, asked.query()))
    return asked, answer


def _attached(answer: Response, figure: Figure, asked: Question, extension: str) -> Response:
    name = f"{figure.path}-{asked.asked.today.isoformat()}.{extension}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
