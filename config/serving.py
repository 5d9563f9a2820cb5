"""What gunicorn does otherwise here: how a web process stops, and how its lines of the log look."""

import logging.config
from typing import Any

from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from config.environment import env
from config.logs import logging_settings


class Worker(ThreadWorker):
    """Closes its door as soon as it is to stop, not when its slowest request is answered.

    An open socket that nobody listens to goes on taking visitors in, who then wait for nothing; a closed one sends
    them to another web process at once.
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if not self.alive:
            for listener in self.sockets:
                self._let_in_who_waits(listener)
                listener.close()

    def _let_in_who_waits(self, listener: Any) -> None:
        before = -1
        while self.nr_conns != before and listener.fileno() != -1:
            before = self.nr_conns
            self.accept(listener)


class Log(Logger):
    """The portal's own lines. The main process never loads the settings, so what they say of logs is set here too."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        if cfg.errorlog != "-":
            return  # somebody wants a file of it
        level, as_json = env.str("LOG_LEVEL", default="INFO"), env.bool("LOG_JSON", default=True)
        logging.config.dictConfig(logging_settings(level=level, as_json=as_json))
        self._set_handler(self.error_log, None, None)
        self.error_log.propagate = True
