"""What a town's data are, without the numbers of rows: after a fault they must be those of a clean run."""

import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from django.db.models import Model

from indicators.models import MunicipalityValue, SchoolValue
from monitoring.jobs.spool import folder as spool_folder
from monitoring.models import Result, ResultChange, ResultTotal, StoredSheet, Upload, UploadEntry
from reports.models import Report
from tests.faults.portal import Portal, Town

NUMBERS_OF_ROWS = {"id", "upload", "job", "created_by", "indicator", "municipality", "kept_until", "path"}
TIMES = {"created_at", "stored_at", "computed_at"}


def facts(town: Town, portal: Portal) -> dict[str, Any]:
    """Rows as text, files as checksums; nothing that differs between two towns with the same data."""
    of_schools = {"school__municipality": town.municipality}
    uploads = {"upload__municipality": town.municipality}
    sheets = StoredSheet.objects.filter(**uploads).order_by("upload_id", "path")
    return {
        "uploads": _rows(Upload, municipality=town.municipality),
        "entries": _rows(UploadEntry, **uploads),
        "results": _rows(Result, **of_schools),
        "totals": _rows(ResultTotal, **of_schools),
        "changes": _rows(ResultChange, **uploads),
        "school values": _rows(SchoolValue, **of_schools),
        "values": _rows(MunicipalityValue, indicator=town.indicator),
        "sheets": [(sheet.file_name, _checksum(portal.var / "media" / sheet.path)) for sheet in sheets],
        "files of sheets": sorted(path.name for upload in _uploads(town) for path in _sheet_files(portal, upload)),
        "documents": [
            (report.period, report.number, bool(report.drawn))
            for report in Report.objects.filter(municipality=town.municipality)
        ],
        "files of documents": len(list((portal.var / "media" / "reports").glob(f"{town.municipality.slug}-*"))),
        "left in the spool": [path.name for upload in _uploads(town) for path in _spooled(portal, upload)],
    }


def _rows(model: type[Model], **which: Any) -> list[str]:
    return sorted(_row(row) for row in model._default_manager.filter(**which))


def _row(row: Model) -> str:
    told = {
        field.name: field.value_from_object(row)
        for field in row._meta.concrete_fields
        if field.name not in NUMBERS_OF_ROWS | TIMES
    }
    if "school" in told:
        told["school"] = row.school.code
    return re.sub(r'"upload": \d+', '"upload": 0', json.dumps(told, default=str, sort_keys=True, ensure_ascii=False))


def _uploads(town: Town) -> list[int]:
    return list(Upload.objects.filter(municipality=town.municipality).values_list("pk", flat=True))


def _sheet_files(portal: Portal, upload: int) -> list[Path]:
    return list((portal.var / "media" / "sources" / str(upload)).glob("*"))


def _spooled(portal: Portal, upload: int) -> list[Path]:
    return list((portal.var / "spool" / spool_folder(upload).name).glob("*"))


def _checksum(path: Path) -> str:
    return hashlib.sha256(gzip.decompress(path.read_bytes())).hexdigest()
