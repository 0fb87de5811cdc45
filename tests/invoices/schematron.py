"""The Schematron of EN 16931 as FNFE-MPE publishes it, run by Saxon in a process of its own: it tells what it finds.

`python -m tests.invoices.schematron file.xml…` writes one line of JSON for each file: [[rule, text], …].
"""

import json
import re
import subprocess
import sys
from pathlib import Path

RULES = Path(__file__).parent / "vendor" / "FACTUR-X_EN16931.xslt"
ROOT = Path(__file__).parents[2]
SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def faults_of(*files: Path) -> list[list[list[str]]]:
    """What the rules find in each file; Saxon stays outside of the process of the tests."""
    command = [sys.executable, "-m", "tests.invoices.schematron", *map(str, files)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def main(files: list[str]) -> None:
    import saxonche  # noqa: PLC0415 - as above
    from lxml import etree  # noqa: PLC0415 - only in the process of the rules

    with saxonche.PySaxonProcessor(license=False) as processor:
        rules = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(RULES))
        for file in files:
            report = etree.fromstring(rules.transform_to_string(source_file=file).encode())
            found = [*report.iter(f"{SVRL}failed-assert"), *report.iter(f"{SVRL}successful-report")]
            told = [(each.findtext(f"{SVRL}text") or "").strip() for each in found if each.get("flag") != "warning"]
            found_rules = [[(re.search(r"BR-[\w-]+|PEPPOL-\w+", text) or [""])[0], text] for text in told]
            sys.stdout.write(f"{json.dumps(found_rules)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
