"""The vital few: kinds by how often they occur. (RP-2)"""

from collections.abc import Mapping

from scipy.stats import chisquare

from reporting.trends.findings import Pareto, ParetoRow

#: Kinds are vital until together they make up this share.
VITAL_SHARE = 0.8
SIGNIFICANT = 0.05
#: The test is Pearson's; with fewer cases a kind than this its reference distribution does not fit.
EXPECTED_FOR_TEST = 5


def vital_few(counts: Mapping[str, int], *, share: float = VITAL_SHARE) -> Pareto:
    """Kinds by falling count (equal ones by name), with shares, and which few make up `share` of all (Juran 1954).

    Whether the kinds differ by more than chance is Pearson's test of equal counts; with fewer than EXPECTED_FOR_TEST
    cases a kind, or one kind, nothing is shown. Raises ValueError on negative counts.
    """
    if any(count < 0 for count in counts.values()):
        raise ValueError("counts are not negative")
    total = sum(counts.values())
    rows, so_far = [], 0
    for key, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        is_vital = count > 0 and so_far < share * total
        so_far += count
        rows.append(ParetoRow(key, count, count / total if total else 0.0, so_far / total if total else 0.0, is_vital))
    p_value = 1.0
    if len(counts) > 1 and total >= EXPECTED_FOR_TEST * len(counts):
        p_value = float(chisquare(list(counts.values())).pvalue)
    return Pareto(tuple(rows), total, p_value, p_value <= SIGNIFICANT)
