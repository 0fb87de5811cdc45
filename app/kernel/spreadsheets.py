"""Spreadsheets: rows written as CSV or XLSX, row by row, without ever holding them all.

A text that a spreadsheet would take for a formula is never one: in CSV it is preceded by an apostrophe, in XLSX it is
written as a text cell.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import IO, Any

from app.kernel.formats import clock_time

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LONGEST_TEXT = 32_767
BOM = "\ufeff"
_FIRST_DAY = date(1900, 3, 1)


class Euros(int):
    """Integer cents on their way to a spreadsheet, where they become euros."""


def neutralised(text: str) -> str:
    """Give a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def csv_lines(heads: Sequence[str], pieces: Iterable[Sequence[Sequence[Any]]]) -> Iterator[bytes]:
    """Write pieces of rows as CSV a French spreadsheet opens well: UTF-8 with its mark, semicolons, decimal commas."""
    yield BOM.encode()
    yield _lines([heads])
    for piece in pieces:
        yield _lines(piece)


def _lines(rows: Iterable[Sequence[Any]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    return buffer.getvalue().encode()


def _csv_cell(value: Any) -> str:
    if value is None:
        text = ""
    elif isinstance(value, Euros):
        text = f"{'-' if value < 0 else ''}{abs(value) // 100},{abs(value) % 100:02}"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        text = str(value).replace(".", ",")
    elif isinstance(value, datetime):
        text = value.strftime("%d/%m/%Y %H:%M")
    elif isinstance(value, date):
        text = value.strftime("%d/%m/%Y")
    elif isinstance(value, time):
        text = clock_time(value)
    else:
        text = neutralised(str(value))
    return text


class Workbook:
    """An XLSX file written row by row; close it to finish the file."""

    def __init__(self, target: str | IO[bytes], title: str, heads: Sequence[str]) -> None:
        """Begin the file with its head: frozen, bold, and named after the list."""
        import xlsxwriter  # noqa: PLC0415 - only the export that writes a workbook pays for it

        self._book = xlsxwriter.Workbook(
            target,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "in_memory": False,
            },
        )
        self._formats = {
            date: self._book.add_format({"num_format": "dd/mm/yyyy"}),
            datetime: self._book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
            time: self._book.add_format({"num_format": "hh:mm"}),
            Euros: self._book.add_format({"num_format": '#,##0.00 "€"'}),
        }
        self._sheet = self._book.add_worksheet(_sheet_name(title))
        self._sheet.freeze_panes(1, 0)
        bold = self._book.add_format({"bold": True})
        self._sheet.set_column(0, max(len(heads) - 1, 0), 18)
        for column, head in enumerate(heads):
            self._sheet.write_string(0, column, head, bold)
        self._next = 1

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write rows below those already written."""
        for row in rows:
            for column, value in enumerate(row):
                self._write(self._next, column, value)
            self._next += 1

    def close(self) -> None:
        """Finish the file."""
        self._book.close()

    def _write(self, row: int, column: int, value: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, Euros):
            self._sheet.write_number(row, column, value / 100, self._formats[Euros])
        elif isinstance(value, int | float) and not isinstance(value, bool):
            self._sheet.write_number(row, column, value)
        elif isinstance(value, date | time) and not _too_early(value):
            self._sheet.write_datetime(row, column, value, self._formats[type(value)])
        else:
            self._sheet.write_string(row, column, str(value)[:LONGEST_TEXT])


def _too_early(value: date | time) -> bool:
    """Tell whether the spreadsheet's calendar does not reach so far back."""
    if isinstance(value, datetime):
        return value.date() < _FIRST_DAY
    return isinstance(value, date) and value < _FIRST_DAY


def _sheet_name(title: str) -> str:
    """Give a name a sheet may bear: 31 characters, without those a reference is made of."""
    return "".join(char for char in title if char not in "[]:*?/\\'")[:31] or "1"
