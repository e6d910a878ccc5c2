"""Amounts in Chinese capitals."""

from decimal import Decimal

import pytest

from complaints.documents.money import in_capitals


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "人民币零元整"),
        ("120", "人民币壹佰贰拾元整"),
        ("1005.40", "人民币壹仟零伍元肆角整"),
        ("10010.05", "人民币壹万零壹拾元零伍分"),
        ("100000.00", "人民币壹拾万元整"),
        ("100000001", "人民币壹亿零壹元整"),
        ("120030000", "人民币壹亿贰仟零叁万元整"),
        ("0.07", "人民币柒分"),
        ("0.50", "人民币伍角整"),
        ("2000.99", "人民币贰仟元玖角玖分"),
        ("30405", "人民币叁万零肆佰零伍元整"),
    ],
)
def test_amounts_are_written_as_on_a_cheque(amount, text):
    assert in_capitals(Decimal(amount)) == text


def test_traditional_signs():
    assert in_capitals(Decimal(62000), "zh-hant") == "人民幣陸萬貳仟元整"
