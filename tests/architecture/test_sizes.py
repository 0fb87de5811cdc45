"""No file and no function grows past what one holds in the head."""

import ast

from tests.architecture.tree import name, python_files, source, syntax

FILE, FUNCTION = 400, 60


def test_no_file_is_too_long():
    long = {name(path): lines for path in python_files() if (lines := len(source(path).splitlines())) > FILE}
    assert not long, f"over {FILE} lines, make it a package of the same name: {long}"


def test_no_function_is_too_long():
    long = [
        f"{name(path)}:{node.lineno} {node.name}: {lines} lines"
        for path in python_files()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION
    ]
    assert not long, "\n".join(long)
