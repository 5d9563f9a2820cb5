"""The secret key of an embedded portal: made once, kept in VAR_DIR for the service alone."""

import os
import secrets
from pathlib import Path


def stored_secret_key(folder: Path) -> str:
    """Read the key, making it first when there is none; two processes starting at once get the same one."""
    path = folder / "secret-key"
    if not path.exists():
        fresh = folder / f".secret-key-{os.getpid()}-{secrets.token_hex(4)}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64))
        try:
            os.link(fresh, path)  # fails when another process was first
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()
