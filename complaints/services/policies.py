"""Policies: loaded from files, drafted, brought into force (DL-1, AU-7).

A version that is in force, is to be, or governs a complaint never changes: whoever wants something else makes a new
one. Everything here asks whether the person may, and leaves history with who and why; `by` None is the system.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.localised import localise
from complaints.models import Calendar, Channel, Complaint, Policy, PolicyVersion, User
from complaints.policy_rules import (
    Known,
    PolicyFileError,
    PolicyRules,
    Problem,
    document_digest,
    dump_policy,
    parse_policy,
)
from complaints.services import records
from complaints.services.people import require_administrator


class PolicyError(Exception):
    """A version cannot be changed or brought into force like that. `field` names what to correct, if one thing."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it came: its name, for messages, and its text."""

    name: str
    text: str

    @classmethod
    def at(cls, path: Path) -> "SourceFile":
        """The file at a path. Raises PolicyFileError if it cannot be read."""
        try:
            return cls(path.name, path.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            message = gettext_lazy("The file cannot be read: %(why)s.")
            raise PolicyFileError([Problem(str(path), 0, "", message, {"why": error})]) from error


class Change(StrEnum):
    """What loading a file did."""

    NEW = "new"
    UPDATED = "updated"
    VERSION = "version"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of one file."""

    version: PolicyVersion
    change: Change


# -- loading ----------------------------------------------------------------------------------------------------------


def load_policies(
    files: Sequence[SourceFile], *, by: User | None, reason: str, now: datetime, valid_from: datetime | None = None
) -> list[Loaded]:
    """Load policy files, all or none. Raises PolicyFileError with everything that is wrong in any of them.

    A document that was loaded last time, or that the newest version has, changes nothing: loading twice is loading
    once, and what an administrator changed since stays. A new policy comes into force at once, a changed one waits as
    a draft; with `valid_from` both come into force then. What needs a lawyer's word stays a draft in any case.
    """
    require_administrator(by, now)
    parsed = _parse_all(files)
    with transaction.atomic():
        loaded = [_load(document, by=by, reason=reason, now=now) for document in parsed]
        for result in loaded:
            moment = _moment_in_force(result, now, valid_from)
            if moment is not None:
                _bring_into_force(result.version, moment, by=by, reason=reason, now=now)
    return loaded


def _parse_all(files: Iterable[SourceFile]) -> list[dict[str, Any]]:
    known = known_codes()
    problems: list[Problem] = []
    documents: list[dict[str, Any]] = []
    seen: dict[str, str] = {}
    for file in files:
        try:
            document, rules = parse_policy(file.text, file.name, known)
        except PolicyFileError as error:
            problems += error.problems
            continue
        code = document["code"]
        if code in seen:
            message = gettext_lazy("The policy '%(code)s' is already in %(file)s.")
            problems.append(Problem(file.name, 1, "code", message, {"code": code, "file": seen[code]}))
        seen.setdefault(code, file.name)
        problems += _kind_problems(rules, file.name)
        documents.append(document)
    if problems:
        raise PolicyFileError(problems)
    return documents


def _kind_problems(rules: PolicyRules, name: str) -> list[Problem]:
    """A policy never changes from complaints to feedback or back: rules of selection rely on it."""
    earlier = PolicyVersion.objects.filter(policy__code=rules.code).order_by("number").first()
    if earlier is None or earlier.rules.kind == rules.kind:
        return []
    message = gettext_lazy("The policy '%(code)s' governs %(kind)s; that cannot change.")
    return [Problem(name, 1, "kind", message, {"code": rules.code, "kind": earlier.rules.kind.label})]


def _load(document: dict[str, Any], *, by: User | None, reason: str, now: datetime) -> Loaded:
    policy = Policy.objects.select_for_update().filter(code=document["code"]).first()
    if policy is None:
        policy = records.save(Policy(code=document["code"], names=document["names"]), by=by, reason=reason, now=now)
        return Loaded(_new_version(policy, document, by=by, note=reason, now=now), Change.NEW)
    versions = list(PolicyVersion.objects.filter(policy=policy).order_by("number"))
    digest = document_digest(document)
    same = [version for version in versions if version.pk == _last_written(policy, digest, by)]
    same += [version for version in versions[-1:] if version.digest == digest]
    if same:
        return Loaded(same[0], Change.UNCHANGED)
    # A draft that somebody else is working on is left alone.
    if versions and versions[-1].created_by == by and is_draft(versions[-1]):
        return Loaded(_write(versions[-1], document, by=by, reason=reason, now=now), Change.UPDATED)
    change = Change.VERSION if versions else Change.NEW
    return Loaded(_new_version(policy, document, by=by, note=reason, now=now), change)


def _last_written(policy: Policy, digest: str, by: User | None) -> int | None:
    """The version that `by` wrote last for the policy, if this document was what they wrote."""
    rows = PolicyVersion.history.filter(policy_id=policy.pk, history_user_id=by.pk if by is not None else None)
    last = rows.exclude(history_type="-").order_by("-history_id").values_list("id", "digest").first()
    return last[0] if last is not None and last[1] == digest else None


def _moment_in_force(result: Loaded, now: datetime, valid_from: datetime | None) -> datetime | None:
    """From when a loaded version is to be in force; None: not by loading."""
    version = result.version
    if result.change == Change.UNCHANGED or version.rules.legal_note is not None:
        return None
    is_first = not PolicyVersion.objects.filter(policy=version.policy).exclude(valid_from=None).exists()
    return valid_from or (now if is_first else None)


# -- versions ---------------------------------------------------------------------------------------------------------


def is_draft(version: PolicyVersion) -> bool:
    """Not in force, not to be, and governing nothing: may still change."""
    return version.valid_from is None and not governs(version)


def governs(version: PolicyVersion) -> bool:
    """Some complaint keeps this version."""
    return Complaint.objects.filter(policy_version=version).exists()


def document_text(version: PolicyVersion) -> str:
    """The version as the text of a file, for editing."""
    return dump_policy(version.document)


def draft_version(source_id: int, *, by: User | None, note: str, now: datetime) -> PolicyVersion:
    """A new draft with the document of an old version."""
    require_administrator(by, now)
    with transaction.atomic():
        source = PolicyVersion.objects.select_related("policy").get(pk=source_id)
        policy = Policy.objects.select_for_update().get(pk=source.policy_id)
        return _new_version(policy, source.document, by=by, note=note, now=now)


def change_draft(
    version_id: int, text: str, *, note: str | None = None, by: User | None, reason: str, now: datetime
) -> PolicyVersion:
    """Put another text into a draft. Raises PolicyFileError for the text, PolicyError for what is no draft."""
    require_administrator(by, now)
    with transaction.atomic():
        version = _locked(version_id)
        _require_draft(version)
        name = str(version)
        document, rules = parse_policy(text, name, known_codes())
        if document["code"] != version.policy.code:
            message = gettext_lazy("This is a version of '%(code)s'; its code cannot change.")
            raise PolicyFileError([Problem(name, 1, "code", message, {"code": version.policy.code})])
        if problems := _kind_problems(rules, name):
            raise PolicyFileError(problems)
        if note is not None:
            version.note = note
        return _write(version, document, by=by, reason=reason, now=now)


def discard_draft(version_id: int, *, by: User | None, reason: str, now: datetime) -> None:
    """Throw a draft away; its history stays. Raises PolicyError for what is no draft."""
    require_administrator(by, now)
    with transaction.atomic():
        version = _locked(version_id)
        _require_draft(version)
        records.delete(version, by=by, reason=reason, now=now)


def activate(
    version_id: int,
    *,
    valid_from: datetime,
    by: User | None,
    reason: str,
    now: datetime,
    is_legally_confirmed: bool = False,
) -> PolicyVersion:
    """Bring a draft into force from a moment on, or move a moment that is still to come. Raises PolicyError.

    Complaints registered from then on are governed by it; those before keep the version they have. Only the first
    version of a policy, as long as it governs nothing, may be in force from a moment in the past.
    """
    require_administrator(by, now)
    with transaction.atomic():
        version = _locked(version_id)
        if not reason.strip():
            raise PolicyError(_("Give a reason."), "reason")
        _require_fit(version, is_legally_confirmed=is_legally_confirmed)
        return _bring_into_force(version, valid_from, by=by, reason=reason, now=now)


def postpone(version_id: int, *, by: User | None, reason: str, now: datetime) -> PolicyVersion:
    """Take back a moment still to come: the version is a draft again. Raises PolicyError if it is in force already."""
    require_administrator(by, now)
    with transaction.atomic():
        version = _locked(version_id)
        if version.valid_from is None or version.valid_from <= now or governs(version):
            raise PolicyError(_("%(version)s is not waiting to come into force.") % {"version": version})
        version.valid_from = None
        return records.save(version, by=by, reason=reason, now=now, fields=["valid_from"])


def _locked(version_id: int) -> PolicyVersion:
    """The version, with its policy locked so that two people do not number or time versions at once."""
    version = PolicyVersion.objects.select_related("policy").get(pk=version_id)
    Policy.objects.select_for_update().get(pk=version.policy_id)
    version.refresh_from_db()
    return version


def _require_draft(version: PolicyVersion) -> None:
    if not is_draft(version):
        raise PolicyError(
            _("%(version)s is in force, is to be, or governs complaints: it never changes. Draft a new version.")
            % {"version": version}
        )


def _require_fit(version: PolicyVersion, *, is_legally_confirmed: bool) -> None:
    """What may have changed since the draft was written, and what a lawyer must have confirmed."""
    try:
        parse_policy(document_text(version), str(version), known_codes())
    except PolicyFileError as error:
        raise PolicyError(str(error)) from error
    note = version.rules.legal_note
    if note is not None and not is_legally_confirmed:
        raise PolicyError(localise(note), "is_legally_confirmed")


def _bring_into_force(
    version: PolicyVersion, moment: datetime, *, by: User | None, reason: str, now: datetime
) -> PolicyVersion:
    others = PolicyVersion.objects.filter(policy=version.policy).exclude(pk=version.pk).exclude(valid_from=None)
    if governs(version) or (version.valid_from is not None and version.valid_from <= now and others.exists()):
        raise PolicyError(_("%(version)s is in force already.") % {"version": version}, "valid_from")
    if moment < now and others.exists():
        raise PolicyError(
            _("Another version of this policy is or was in force: a new one begins now or later."), "valid_from"
        )
    if others.filter(valid_from=moment).exists():
        raise PolicyError(_("Another version of this policy begins at the same moment."), "valid_from")
    version.valid_from = moment
    records.save(version, by=by, reason=reason, now=now, fields=["valid_from"])
    policy = version.policy
    if moment <= now and policy.names != version.document["names"]:
        policy.names = version.document["names"]
        records.save(policy, by=by, reason=reason, now=now, fields=["names"])
    return version


def _new_version(
    policy: Policy, document: dict[str, Any], *, by: User | None, note: str, now: datetime
) -> PolicyVersion:
    highest = PolicyVersion.history.filter(policy_id=policy.pk).order_by("-number").values_list("number", flat=True)
    version = PolicyVersion(
        policy=policy,
        # Not even the number of a discarded draft is given twice.
        number=(highest.first() or 0) + 1,
        document=document,
        digest=document_digest(document),
        note=note,
        created_by=by,
        created_at=now,
    )
    return records.save(version, by=by, reason=note, now=now)


def _write(
    version: PolicyVersion, document: dict[str, Any], *, by: User | None, reason: str, now: datetime
) -> PolicyVersion:
    version.document = document
    version.digest = document_digest(document)
    version.created_by = by
    version.__dict__.pop("rules", None)
    return records.save(version, by=by, reason=reason, now=now, fields=["document", "digest", "note", "created_by"])


def known_codes() -> Known:
    """Calendars and channels that a policy may name."""
    return Known(
        calendars=frozenset(Calendar.objects.values_list("code", flat=True)),
        channels=frozenset(Channel.objects.values_list("code", flat=True)),
    )
