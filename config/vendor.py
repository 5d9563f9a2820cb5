"""Copy what pages load from node_modules/ to static/vendor/: `python -m config.vendor`, run by `make setup`."""

import json
import re
import shutil
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

# Package → its version line and the files of it that pages load. The three of Vega are one matching set of majors,
# the same that vl-convert draws the charts of documents with.
PACKAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "bootstrap": ("5.3", ("dist/css/bootstrap.min.css", "dist/js/bootstrap.bundle.min.js")),
    "htmx.org": ("2", ("dist/htmx.min.js",)),
    "vega": ("6", ("build/vega.min.js",)),
    "vega-lite": ("6", ("build/vega-lite.min.js",)),
    "vega-embed": ("7", ("build/vega-embed.min.js",)),
}
SOURCE_MAP = re.compile(r"\n?(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*$")


def copy_packages(modules: Path, target: Path) -> list[Path]:
    """Fill the target anew; a package of another version line stops it."""
    fresh = target.with_name(f".{target.name}-fresh")
    shutil.rmtree(fresh, ignore_errors=True)
    for package, (line, files) in PACKAGES.items():
        version = json.loads((modules / package / "package.json").read_text())["version"]
        if not f"{version}.".startswith(f"{line}."):
            raise SystemExit(f"{package} {version} is installed, but {line} is what the pages are written for")
        folder = fresh / package.removesuffix(".org")
        folder.mkdir(parents=True)
        for file in files:
            copy_without_source_map(modules / package / file, folder / Path(file).name)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return sorted(path for path in target.rglob("*") if path.is_file())


def copy_without_source_map(source: Path, target: Path) -> None:
    """The map is not copied, and hashed static files refuse a reference to a file that is not there."""
    target.write_text(SOURCE_MAP.sub("\n", source.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    copied = copy_packages(BASE_DIR / "node_modules", BASE_DIR / "static" / "vendor")
    print(f"static/vendor: {len(copied)} files", file=sys.stderr)
