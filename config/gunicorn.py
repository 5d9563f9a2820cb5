"""How gunicorn serves the portal in production: `gunicorn --config=python:config.gunicorn config.wsgi`.

What is written here can be changed for one machine by GUNICORN_CMD_ARGS.
"""

from config.environment import env

bind = "0.0.0.0:8000"
worker_class = "config.serving.Worker"  # pages wait for the database, uploads for the line: threads wait cheaply
logger_class = "config.serving.Log"
loglevel = env.str("LOG_LEVEL", default="INFO")
workers = env.int("WEB_WORKERS", default=2)
threads = env.int("WEB_THREADS", default=8)
timeout = 120
graceful_timeout = 60  # a request that runs when the stop comes is answered; supervisors allow a little more
max_requests, max_requests_jitter = 5000, 500  # memory that libraries do not give back
control_socket_disable = True
