"""Ask the web process of this machine how it is: `python -P config/probe.py [readyz [PORT]]`; exit code 0 when well.

Plain Python, since a health check starts it again and again. A name of the portal goes along: to others it is refused.
"""

import http.client
import os
import sys

PORT = "8000"
SECONDS = 5


def own_name() -> str:
    """The first of ALLOWED_HOSTS as a visitor would write it."""
    first = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
    return first if first and first != "*" else "localhost"


def is_well(path: str = "healthz", port: str = PORT) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=SECONDS)
    try:
        connection.request("GET", f"/{path}", headers={"Host": own_name()})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(not is_well(*sys.argv[1:3]))
