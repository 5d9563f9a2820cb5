"""The portal in one file: all rows of the database at one moment, and all stored files (docs/adr/0012).

A zip of `tables/<app>.<model>.jsonl` (a row a line, in the order of the primary key), `files/…` as they lie below
MEDIA_ROOT, and, written last, `manifest.json` with the count and checksum of everything. It knows no database's own
format, so what was kept on SQLite can be restored into PostgreSQL and the other way round.

Not in it: sessions, the cache, raw uploads and what was read from them (the spool), messages of the broker, logs, and
the secret key.
"""

from accounts.commands import Refused


class BackupRefused(Refused):
    """It cannot be copied or restored; nothing was changed, and the text says what to do."""
