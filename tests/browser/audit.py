"""What is measured on an open page: accessibility by axe, sideways scroll, visible focus."""

from pathlib import Path

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
WIDTHS = (390, 768, 1280)

RUN = """async (rules) => {
  const found = await axe.run(document, { runOnly: { type: "tag", values: rules }, resultTypes: ["violations"] });
  return found.violations.flatMap((violation) => violation.nodes.map(
    (node) => `${violation.id}: ${node.target.join(" ")} · ${node.failureSummary.replace(/\\s+/g, " ")}`));
}"""

OVERFLOWING = """() => {
  const root = document.scrollingElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const wide = [...document.body.querySelectorAll("*")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width && (box.right > root.clientWidth + 1 || box.left < -1);
  });
  return [`${root.scrollWidth} px wide in ${root.clientWidth}`, ...wide.slice(0, 4).map((one) => one.outerHTML.slice(0, 90))];
}"""

# A link within a sentence, the head and the rows of a dense list and the filters above it keep a smaller size.
SMALL = """(least) => {
  const spared = ".list, .chips, .views, .crumbs, .unseen";
  const controls = document.querySelectorAll("main :is(a[href], button, summary, select, textarea, input:not([type=hidden]))");
  return [...controls].filter((control) => {
    const box = (control.closest("label") || control).getBoundingClientRect();
    const inSentence = control.matches("a") && getComputedStyle(control).display === "inline";
    return !control.closest(spared) && !inSentence && box.width && box.height < least - 0.5;
  }).map((control) => `${Math.round(control.getBoundingClientRect().height)} px: ${control.outerHTML.slice(0, 90)}`);
}"""
FINGER = 44

# A control may draw its focus on itself, or on the label and the words beside a box that is only there for machines.
FOCUS = """() => {
  const control = document.activeElement;
  if (!control || control === document.body) return null;
  if (control.matches("iframe")) return { name: "what stands in the frame", drawn: true, seen: true };
  const drawn = (element) => {
    const style = getComputedStyle(element);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  };
  const places = [control, control.nextElementSibling, control.closest("label"), control.closest("form, td, li, article")]
    .filter(Boolean);
  const box = (control.matches(".time input, .pill input, .choice input") ? control.closest("label") : control)
    .getBoundingClientRect();
  return { name: control.outerHTML.slice(0, 120), drawn: places.slice(0, 3).some(drawn),
           seen: box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight };
}"""


def assert_accessible(page):
    """No violation of WCAG 2.1 A and AA, nor of axe's best practices."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    violations = page.evaluate(RUN, RULES)
    assert not violations, f"{page.url}\n" + "\n".join(violations)


def assert_no_sideways_scroll(page, widths=WIDTHS):
    """The page is never wider than its window."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        overflowing = page.evaluate(OVERFLOWING)
        assert not overflowing, f"{page.url} at {width} px: " + "\n".join(overflowing)


def assert_targets_suit_a_finger(page):
    """What one presses is as high as a finger; the window has to be one that is touched."""
    small = page.evaluate(SMALL, FINGER)
    assert not small, f"{page.url}: " + "\n".join(small)


def assert_focus_is_visible(page, steps=60):
    """Walk through the page with Tab: what has the focus is in the window, and shows it."""
    met = []
    for _step in range(steps):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus is None or focus["name"] in met:
            break
        met.append(focus["name"])
        assert focus["drawn"], f"{page.url}: no visible focus on {focus['name']}"
        assert focus["seen"], f"{page.url}: out of sight with the focus: {focus['name']}"
    assert len(met) > 1, f"{page.url}: Tab reached only {met}"


def open_every_menu(page):
    """Show what menus and disclosures hold, so that it is looked over too."""
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
