"""Pages load nothing from elsewhere and carry no inline code: the content security policy forbids it."""

import json
import re
from pathlib import Path

import pytest
import vl_convert
from django.conf import settings

from config.vendor import PACKAGES, copy_packages

TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
# Documents are drawn on paper; what is made for the official site is a file that has to bring its own styles.
ELSEWHERE = Path(settings.BASE_DIR, "templates", "roadmaps", "publications", "site.html")
PAGES = [path for path in TEMPLATES if "documents" not in path.parts and path != ELSEWHERE]
FORBIDDEN = {
    "an inline style": re.compile(r"<style|\sstyle\s*=", re.IGNORECASE),
    "an inline handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "inline code": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE),
    "another host": re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_a_template_has_nothing_that_the_policy_forbids(path):
    text = path.read_text()
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


def test_pages_and_documents_draw_charts_with_the_same_majors():
    assert PACKAGES["vega"][0] == vl_convert.get_vega_version().partition(".")[0]
    assert PACKAGES["vega-lite"][0] in {version.partition(".")[0] for version in vl_convert.get_vegalite_versions()}


def test_the_lock_of_front_end_packages_names_no_download_address():
    lock = json.loads(Path(settings.BASE_DIR, "package-lock.json").read_text())
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []


@pytest.fixture
def modules(tmp_path):
    """A node_modules as npm leaves it."""
    for package, (line, files) in PACKAGES.items():
        folder = tmp_path / "node_modules" / package
        for file in files:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(f"code of {package}\n//# sourceMappingURL={Path(file).name}.map\n")
        (folder / "package.json").write_text(json.dumps({"version": f"{line}.7.0"}))
    return tmp_path / "node_modules"


def test_what_pages_load_is_copied_without_references_to_source_maps(modules, tmp_path):
    copied = copy_packages(modules, tmp_path / "vendor")
    assert [str(path.relative_to(tmp_path / "vendor")) for path in copied] == [
        "bootstrap/bootstrap.bundle.min.js",
        "bootstrap/bootstrap.min.css",
        "htmx/htmx.min.js",
        "vega/vega.min.js",
        "vega-embed/vega-embed.min.js",
        "vega-lite/vega-lite.min.js",
    ]
    assert (tmp_path / "vendor/htmx/htmx.min.js").read_text() == "code of htmx.org\n"


def test_another_major_is_refused_and_the_old_files_stay(modules, tmp_path):
    copy_packages(modules, tmp_path / "vendor")
    (modules / "vega-lite" / "package.json").write_text('{"version": "7.0.0"}')
    with pytest.raises(SystemExit, match=r"vega-lite 7\.0\.0"):
        copy_packages(modules, tmp_path / "vendor")
    assert (tmp_path / "vendor/vega-lite/vega-lite.min.js").exists()
