"""Restores a backup into an empty portal: all of it, compared with the backup, or nothing."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, models, transaction

from config import __version__
from config.backup import BackupRefused, loading, tables
from config.backup.archive import Archive, opened
from config.backup.files import NewFiles, stored_files
from config.backup.manifest import Manifest
from config.backup.reasons import reason
from config.backup.unfinished import Settled, settle_unfinished

NEWER = (
    "Копия новее установленного портала: он не знает изменений базы данных {theirs}. Установите портал новее, тот, "
    "которым она сделана, выполните manage.py migrate и повторите."
)
OLDER = (
    "Копия старее установленного портала: в ней нет изменений базы данных {ours}. Установите прежний портал, тот, "
    "которым она сделана, восстановите её в новой базе данных и тогда обновите портал."
)
APART = (
    "Копию сделал портал, который разошёлся с установленным: он не знает изменений базы данных {theirs}, а в ней нет "
    "{ours}. Установите портал, которым она сделана, и восстановите её в новой базе данных."
)
DATABASE_IS_NEWER = (
    "База данных новее и копии, и установленного портала: они не знают её изменений {ours}. Создайте новую базу "
    "данных, выполните manage.py migrate и повторите."
)
OTHER_COLUMNS = (
    "Копия и установленный портал знают одни и те же изменения базы данных, а таблицы у них разные: {tables}. "
    "Установите портал, которым она сделана, и восстановите её в новой базе данных."
)
MADE = " Копия сделана {made_at} порталом версии {theirs}, установлена версия {ours}."
NAMED = 5  # of many differences so many are named


@dataclass(frozen=True)
class Restored:
    manifest: Manifest
    settled: Settled


def check_backup(path: Path) -> Manifest:
    """Read a whole backup and compare it with its manifest; nothing is written."""
    with opened(path) as archive:
        archive.check()
        return archive.manifest


def restore_backup(path: Path) -> Restored:
    """Refuses a backup that is damaged or of another version, and a portal that is not empty."""
    with opened(path) as archive:
        _refuse_other_version(archive.manifest)
        archive.check()
        try:
            with NewFiles(Path(settings.MEDIA_ROOT)) as files, transaction.atomic():
                tables.lift_limits()
                kept = tables.kept_models()
                loading.lock_tables(kept)
                _refuse_what_is_not_empty(kept)
                files.sweep()
                _restore_tables(archive, kept)
                settled = settle_unfinished()
                _restore_files(archive, files)
        except OSError as error:
            raise BackupRefused("not_written", f"Файлы не удалось записать{reason(error)}") from None
        return Restored(archive.manifest, settled)


def _refuse_other_version(manifest: Manifest) -> None:
    if tables.has_pending_migrations():
        raise BackupRefused("pending_migrations", "База данных не подготовлена. Выполните manage.py migrate.")
    if difference := _difference(manifest):
        made = MADE.format(made_at=manifest.made_at, theirs=manifest.portal, ours=__version__)
        raise BackupRefused("other_version", difference + made)


def _difference(manifest: Manifest) -> str:
    """In which way the copy's database is another; nothing when it is not. Two portals may bear one version."""
    in_copy, here = set(manifest.migrations), set(tables.applied_migrations())
    if left_over := tables.unknown_migrations() - in_copy:
        return DATABASE_IS_NEWER.format(ours=_named(left_over))
    if in_copy != here:
        text = OLDER if in_copy < here else NEWER if here < in_copy else APART
        return text.format(theirs=_named(in_copy - here), ours=_named(here - in_copy))
    layout = {model._meta.label: tables.columns(model) for model in tables.kept_models()}
    columns = {label: entry.columns for label, entry in manifest.tables.items()}
    others = {label for label in layout.keys() | columns.keys() if layout.get(label) != columns.get(label)}
    return OTHER_COLUMNS.format(tables=_named(others)) if others else ""


def _named(names: set[str]) -> str:
    more = f" и ещё {len(names) - NAMED}" if len(names) > NAMED else ""
    return ", ".join(sorted(names)[:NAMED]) + more


def _refuse_what_is_not_empty(kept: list[type[models.Model]]) -> None:
    for model in kept:
        if model._meta.label not in tables.FILLED_BY_MIGRATIONS and model._base_manager.exists():
            raise BackupRefused(
                "not_empty",
                f"В базе данных уже есть записи (таблица {model._meta.label}). Копия восстанавливается только в пустой "
                "портал: создайте новую базу данных, выполните manage.py migrate и повторите.",
            )
    if next(stored_files(Path(settings.MEDIA_ROOT)), None):
        raise BackupRefused(
            "not_empty", f"В папке {settings.MEDIA_ROOT} уже есть файлы. Уберите их в другое место и повторите."
        )


def _restore_tables(archive: Archive, kept: list[type[models.Model]]) -> None:
    loading.empty_tables(kept)
    for model in kept:
        label = model._meta.label
        try:
            loading.load(model, archive.rows(label))
        except (DatabaseError, ValueError):
            raise BackupRefused("not_loaded", f"База данных не приняла таблицу {label} из копии.") from None
    loading.set_counters(kept)
    try:
        connection.check_constraints()
    except DatabaseError:
        raise BackupRefused("not_loaded", "В копии есть записи, которые ссылаются на отсутствующие.") from None
    for model in kept:
        entry, checksum = archive.manifest.tables[model._meta.label], tables.checksum_of(model)
        if (checksum.rows, checksum.sha256) != (entry.rows, entry.sha256):
            raise BackupRefused(
                "not_the_same", f"Таблица {model._meta.label} в базе данных получилась не такой, как в копии."
            )
    ContentType.objects.clear_cache()


def _restore_files(archive: Archive, files: NewFiles) -> None:
    for place, entry in archive.manifest.files.items():
        if files.add(place, archive.blocks(place)) != entry:
            raise BackupRefused("not_the_same", f"Файл {place} записался не таким, как в копии.")
    files.put_in_place()
