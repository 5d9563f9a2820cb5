"""How gunicorn serves the portal in production: `gunicorn --config=python:config.gunicorn config.wsgi`.

What is written here can be changed for one machine by GUNICORN_CMD_ARGS.
"""

import os

bind = "0.0.0.0:8000"
worker_class = "gthread"  # pages wait for the database, uploads for the visitor's line: threads wait cheaply
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = int(os.environ.get("WEB_THREADS") or 8)
timeout = 120
graceful_timeout = 60  # a request that runs when the stop comes is answered; supervisors allow a little more
max_requests, max_requests_jitter = 5000, 500  # memory that libraries do not give back
control_socket_disable = True
