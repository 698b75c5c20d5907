"""How imports of files look on the wire."""

from typing import Any

from handlers import shapes
from models import ImportJob

Json = dict[str, Any]


def shown(job: ImportJob) -> Json:
    return {
        "id": job.id,
        "status": job.status,
        "format": job.format,
        "on_duplicate": job.on_duplicate,
        "folder_id": job.folder_id,
        "dry_run": job.dry_run,
        "size": job.size,
        "rows_total": job.rows_total,
        "rows_processed": job.rows_processed,
        "created": job.created,
        "merged": job.merged,
        "skipped": job.skipped,
        "failed": job.failed,
        "error": {"code": job.error_code, "error": job.error} if job.error_code else None,
        "created_at": shapes.time(job.created_at),
        "started_at": shapes.time_or_null(job.started_at),
        "finished_at": shapes.time_or_null(job.finished_at),
    }


def row(row: Any) -> Json:
    """Takes a row with the columns of ImportRow."""
    return {
        "number": row.number,
        "url": row.url,
        "outcome": row.outcome,
        "reason": row.reason,
        "bookmark_id": row.bookmark_id,
    }
