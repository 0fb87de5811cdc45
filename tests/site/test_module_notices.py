"""What marks code or weight in the notices of modules is drawn, not shown."""

from app.site.module_notices import module_notice, pieces

ROOT = "/admin/reglages/modules"


def test_code_and_weight_are_cut_out():
    assert pieces("Par `flask users` : **vite**.") == [
        ("", "Par "),
        ("code", "flask users"),
        ("", "\u202f: "),
        ("strong", "vite"),
        ("", "."),
    ]


def test_a_notice_is_a_lead_paragraphs_and_lists():
    read = module_notice("# Comptes\n\nQui entre.\n\n## Installer\n\nDeux\nlignes.\n\n- un\n- deux\n  encore\n")
    (section,) = read["sections"]
    assert (read["lead"], section["heading"]) == ([("", "Qui entre.")], "Installer")
    assert [block["pieces"] for block in section["blocks"]] == [[("", "Deux lignes.")], []]
    assert section["blocks"][1]["items"] == [[("", "un")], [("", "deux encore")]]


def test_no_mark_is_left_on_the_page(visit, cast):
    page = visit(cast.admin).see(ROOT)
    assert ("`" in page.text, "**" in page.text) == (False, False)
    assert page.has("code")
    assert page.has("strong")
