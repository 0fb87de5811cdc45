"""Every address says who may call it, reads well, and is answered by a view named after its resource."""

import re

SUFFIXES = ("list", "show", "new", "create", "edit", "update", "delete", "fragment", "index", "export")

NAMED_OTHERWISE = {
    "static",   # Flask's own: files, checked by test_vendor and the header tests
    "health",   # machines ask these three, by names machines expect
    "ready",
    "version",
    "metrics",
}  # fmt: skip

SEGMENT = re.compile(r"_?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)?")


def ours(app):
    return sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)


def test_every_endpoint_says_who_may_call_it(app):
    silent = sorted(
        {
            f"{rule.rule} -> {rule.endpoint}"
            for rule in ours(app)
            if not getattr(app.view_functions[rule.endpoint], "access_rule", None)
        }
    )
    assert not silent, "neither @requires nor @public:\n" + "\n".join(silent)


def test_the_rule_is_the_outermost_word(app):
    """`@bp.get` registers what stands below it: a rule above the route would guard nothing."""
    unguarded = sorted(
        endpoint
        for endpoint, view in app.view_functions.items()
        if getattr(view, "access_rule", "public") != "public" and not hasattr(view, "__wrapped__")
    )
    assert not unguarded, unguarded


def test_paths_are_kebab_case(app):
    odd = [
        f"{rule.rule} ({rule.endpoint}): {segment!r}"
        for rule in ours(app)
        for segment in re.sub(r"<[^>]+>", "", rule.rule).strip("/").split("/")
        if segment and not SEGMENT.fullmatch(segment.strip("-."))
    ]
    assert not odd, "\n".join(odd)


def test_parameters_are_typed(app):
    untyped = [
        f"{rule.rule} ({rule.endpoint}): <{parameter}>"
        for rule in ours(app)
        for parameter in re.findall(r"<([^>]+)>", rule.rule)
        if ":" not in parameter and rule.endpoint != "static"
    ]
    assert not untyped, "\n".join(untyped)


def test_views_are_named_after_their_resource(app):
    odd = sorted(
        endpoint
        for endpoint in app.view_functions
        if endpoint.rpartition(".")[2] not in NAMED_OTHERWISE and endpoint.rpartition("_")[2] not in SUFFIXES
    )
    assert not odd, f"<thing>_{{{','.join(SUFFIXES)}}}: {odd}"


def test_fragments_are_told_apart_by_their_address(app):
    odd = [
        f"{rule.rule} ({rule.endpoint})"
        for rule in ours(app)
        if rule.endpoint.endswith("_fragment") != bool(re.search(r"/_[a-z]", rule.rule))
    ]
    assert not odd, "a segment beginning with _ and a view ending in _fragment go together:\n" + "\n".join(odd)


def test_reading_changes_nothing(app):
    """What creates, updates or deletes is never reached by a link a browser may follow alone."""
    odd = [
        f"{rule.rule} ({rule.endpoint})"
        for rule in ours(app)
        if rule.endpoint.endswith(("_create", "_update", "_delete")) and "GET" in (rule.methods or ())
    ]
    assert not odd, "\n".join(odd)
