"""Whatever happens to a valid file, it is read, or refused with a line for every problem."""

from copy import deepcopy

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.policy_rules import PolicyFileError, dump_policy, parse_policy, parse_selection, rules_from_document
from complaints.policy_rules.marked_yaml import write_yaml
from tests.policy_rules.documents import document, text

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

ODD_TEXT = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["", "at once", "3 days", "general", "{number}", "{x", "accept", "1e9", "\n", "null", "out_of_scope"]
    ),
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**6), 10**6), st.sampled_from([0.5, -1.25, 100.0]), ODD_TEXT
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ODD_TEXT, inner, max_size=4),
    max_leaves=6,
)


def places(value, path=()):
    """Every place in a document."""
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in pairs:
        yield from places(below, (*path, key))


PLACES = [place for place in places(document()) if place]


def changed(broken, place, how, value):
    """Replace, delete, double or add something at a place that may no longer exist."""
    target = broken
    for step in place[:-1]:
        try:
            target = target[step]
        except (LookupError, TypeError):
            return
    last = place[-1]
    if isinstance(target, dict) and last in target:
        if how == "delete":
            del target[last]
        elif how == "add":
            target[f"{last}x"] = value
        else:
            target[last] = value
    elif isinstance(target, list) and isinstance(last, int) and last < len(target):
        if how == "delete":
            del target[last]
        elif how == "add":
            target.insert(last, deepcopy(target[last]))
        else:
            target[last] = value


def problems_of(read, *arguments):
    """What is wrong, and what was read where nothing is."""
    try:
        return (), read(*arguments)
    except PolicyFileError as error:
        return (error.problems, str(error)), None


def read_or_refused(source):
    refusal, found = problems_of(parse_policy, source, "m.yaml")
    if found is not None:
        written, rules = found
        assert rules_from_document(written) == rules
        assert parse_policy(dump_policy(written), "again.yaml") == (written, rules)
        return
    problems, shown = refusal
    assert problems
    assert len(shown.splitlines()) >= len(problems)
    for problem in problems:
        assert 1 <= problem.line <= len(source.splitlines()) + 1
        assert problem.reason


@QUICK
@given(
    st.lists(
        st.tuples(st.sampled_from(PLACES), st.sampled_from(["replace", "delete", "add"]), VALUES),
        min_size=1,
        max_size=4,
    )
)
def test_changed_documents(changes):
    broken = document()
    for place, how, value in changes:
        changed(broken, place, how, value)
    read_or_refused(write_yaml(broken))
    refusal, found = problems_of(rules_from_document, broken)
    assert bool(refusal) != bool(found)


LINES = text("feedback").splitlines()


@QUICK
@given(
    st.integers(0, len(LINES) - 1),
    st.integers(0, len(LINES) - 1),
    st.sampled_from(["swap", "drop", "double", "indent", "insert"]),
    st.text(max_size=12),
    st.integers(0, 40),
)
def test_changed_text(first, second, how, piece, column):
    lines = list(LINES)
    if how == "swap":
        lines[first], lines[second] = lines[second], lines[first]
    elif how == "drop":
        del lines[first]
    elif how == "double":
        lines.insert(first, lines[second])
    elif how == "indent":
        lines[first] = "  " + lines[first]
    else:
        lines[first] = lines[first][:column] + piece + lines[first][column:]
    read_or_refused("\n".join(lines))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.sampled_from([parse_policy, parse_selection]))
def test_any_text(source, read):
    refusal, _found = problems_of(read, source, "t.yaml")
    assert refusal
    assert all(problem.line >= 1 for problem in refusal[0])
