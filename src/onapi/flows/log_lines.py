"""What the processes write on standard error: one JSON object a line, their libraries' lines too."""

import logging
import sys

import structlog

from onapi.flows.redact_logs import without_secrets


def write_lines(log_level: str) -> None:
    """JSON lines on standard error, those of libraries too; whatever looks like a secret is taken out last."""
    level = logging.getLevelNamesMapping()[log_level]
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    written = structlog.processors.JSONRenderer(ensure_ascii=False)
    last: list[structlog.typing.Processor] = [structlog.processors.format_exc_info, without_secrets, written]
    forget = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    of_libraries = logging.StreamHandler(sys.stderr)
    of_libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name], processors=[forget, *last]
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[of_libraries])
    engine = logging.getLogger("dbos")  # one that has no handler makes its own, which writes no JSON
    engine.handlers[:], engine.propagate = [of_libraries], False
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        processors=[*shared, *last],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
