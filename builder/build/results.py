"""What has become of jobs: their files, and what is remembered and told of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from builder.build.manifest import Manifest, Record, read_manifest, removed, write_manifest
from builder.build.report import Made, shown, write
from builder.build.workers import Failure
from builder.diagnostics import Diagnostic, has_errors
from builder.hashes import sha
from builder.outputs import Rendered
from builder.span import Span

if TYPE_CHECKING:
    from builder.build.fingerprint import Fingerprint
    from builder.build.jobs import Job
    from builder.build.report import Report
    from builder.build.request import Request
    from builder.build.task import Outcome


@dataclass(frozen=True, slots=True)
class Results:
    """The results of jobs, as the last build left them and as this one does."""

    request: Request
    report: Report
    manifest: Manifest

    @classmethod
    def of(cls, request: Request, report: Report) -> Results:
        """Read what the last build left."""
        return cls(request, report, read_manifest(request.output))

    # --- of the last build ---

    def known(self, job: Job, fingerprint: Fingerprint) -> Record | None:
        """Return the record of a job, if it was made of the same."""
        if self.request.forced or self.request.printing.selection:
            return None
        record = self.manifest.records.get(job.name)
        return record if record and record.key == fingerprint.key else None

    def reasons(self, job: Job, fingerprint: Fingerprint) -> tuple[str, ...]:
        """Return why a job would be made, in words for people; nothing if it is up to date."""
        record = self.manifest.records.get(job.name)
        if self.request.forced:
            return ("--force asks for it",)
        if record is None:
            return ("it was not built before",)
        return tuple(record.reasons(fingerprint, self.request.output))

    def left(self, job: Job, fingerprint: Fingerprint) -> Record | None:
        """Return the record of a job for which nothing has to be done, and tell what it says."""
        record = self.known(job, fingerprint)
        if record is None or any(record.changed_files(self.request.output)):
            return None
        problems = self.request.printing.judged(record.diagnostics)
        if has_errors(problems):
            return None
        self.report.diagnostics += problems
        for path, hashed in record.files.items():
            self._tell(job, path, hashed, record.summary, changed=False)
        return record

    # --- of this build ---

    def settle(self, job: Job, fingerprint: Fingerprint, outcome: Outcome | Failure) -> bool:
        """Write what was rendered, or say why it was not; tell whether nothing is wrong with it."""
        match outcome:
            case None:
                self._record(job, fingerprint, {}, Rendered(b""))
                return True
            case Rendered():
                problems = self.request.printing.judged(outcome.diagnostics)
                self.report.diagnostics += problems
                if has_errors(problems):
                    path = self.request.output / job.path()
                    self.report.held_back.append(f"{path} (see above)")
                    return False
                self._write(job, fingerprint, outcome)
                return True
            case Diagnostic():
                self.report.diagnostics.append(outcome)
            case Failure():
                self._fail(job, outcome)
        return False

    def _fail(self, job: Job, failure: Failure) -> None:
        message = f"{job.name} was not made: {failure.reason}"
        hint = "its earlier file is kept; if it happens again, report it with the topic"
        place = Span(job.span.path)
        self.report.diagnostics.append(Diagnostic("output-failed", message, place, hint))
        self.report.held_back.append(f"{job.name} (see above)")

    def _write(self, job: Job, fingerprint: Fingerprint, rendered: Rendered) -> None:
        selection = self.request.printing.selection is not None
        if selection and job.topic:
            return
        files = {}
        for variant, data in rendered.files.items():
            name = job.path("-".join(filter(None, ("selection" if selection else "", variant))))
            path = self.request.output / name
            changed = _read(path) != data
            if changed and not write(path, data, self.report):
                return
            files[name] = sha(data)
            self._tell(job, name, files[name], rendered.summary, changed=changed)
        if not selection:
            self._record(job, fingerprint, files, rendered)

    def _record(
        self, job: Job, fingerprint: Fingerprint, files: dict[str, str], rendered: Rendered
    ) -> None:
        """Remember the job, and remove files of it that it no longer makes."""
        records = self.manifest.records
        before = records[job.name].files if job.name in records else {}
        gone = {name: hashed for name, hashed in before.items() if name not in files}
        self.report.removed += removed(gone, self.request.output)
        records[job.name] = Record(
            fingerprint.key,
            job.course,
            job.output.name,
            shown(self.request.content),
            files,
            fingerprint.short,
            rendered.summary,
            rendered.diagnostics,
        )

    def _tell(self, job: Job, name: str, hashed: str, summary: str, *, changed: bool) -> None:
        path = os.path.join(self.request.output, name)  # noqa: PTH118  # of thousands
        is_whole = job.brief is None
        made = Made(job.course, job.output.name, path, summary, changed, is_whole, job.name, hashed)
        self.report.made.append(made)

    # --- at its end ---

    def tidy(self, jobs: Sequence[Job]) -> None:
        """Remove the outputs of topics and courses that are gone, where all was to be built."""
        if self.request.is_whole:
            self.report.removed += self.manifest.remove(self._gone(jobs), self.request.output)

    def _gone(self, jobs: Iterable[Job]) -> list[str]:
        origin = shown(self.request.content)
        names = {job.name for job in jobs} | self.report.kept
        return [
            name
            for name, record in self.manifest.records.items()
            if record.origin == origin
            and name not in names
            and record.course not in self.report.untouched
        ]

    def remember(self) -> None:
        """Keep for the next build what became of the jobs."""
        if not self.manifest.records and not self.report.made:
            return
        try:
            write_manifest(self.manifest, self.request.output)
        except OSError:
            return  # the outputs are there; the next build only has more to do


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
