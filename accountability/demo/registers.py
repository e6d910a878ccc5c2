"""Suppliers, partners, contracts and the rules of the house: what tales of investigations refer to."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accountability.models import LegalSource, OutsideParty
from accountability.services import registers

REASON = "供应商与制度登记"

# code, kind, name, contact, phone, what it supplies, contract, terms of recourse
_OUTSIDE = (
    (
        "hengda", "supplier", "恒达密封件有限公司", "贾经理", "0571-5550142", "门封、进水阀密封件",
        "HT-MF-2406", "材质不合格的，承担更换、检测及用户赔偿的全部费用。",
    ),
    (
        "huasheng", "supplier", "华盛电子元件厂", "薛厂长", "0574-5550177", "主控板、电源板",
        "HT-ZK-2411", "逾期交货每日按货款千分之二支付违约金，造成客户违约的另行赔偿。",
    ),
    ("ruike", "supplier", "瑞科电机股份有限公司", "易经理", "0512-5550135", "风机、水泵电机", "HT-DJ-2403", ""),
    (
        "jieyunda", "partner", "捷运达物流有限公司", "闫队长", "021-5550168", "干线与同城配送",
        "HT-WL-2501", "运输造成的损坏、丢失按商品价值赔偿。",
    ),
    (
        "shunan", "partner", "顺安安装服务部", "祁师傅", "020-5550129", "油烟机、热水器安装",
        "HT-AZ-2409", "安装质量由乙方负责，公司先行赔付后可全额追偿。",
    ),
    (
        "zhongheng", "partner", "中衡图审咨询有限公司", "管工", "025-5550191", "施工图外部审查",
        "HT-SC-2402", "漏审造成损失的，按审查费的三倍以内承担责任。",
    ),
)  # fmt: skip

HANDBOOK = "yf-quality-manual"
_CLAUSES = (
    ("4.3", "排产或交期变更须当日通知销售和客户"),
    ("5.2", "仓储出库先进先出，逐件扫描"),
    ("5.4", "派车按出库先后，人工调整须说明原因"),
    ("6.3", "关键业务系统须有心跳告警，升级后双人复核规则"),
    ("7.2", "来料检验合格后方可入库；紧急放行须书面审批并规定补检期限"),
    ("8.1", "每批首件实测、现场拍照"),
    ("8.4", "装配扭矩在上下限内，超限停线"),
    ("9.1", "销售承诺以书面服务政策为限"),
    ("10.2", "外包服务现场抽查不少于一成，留存影像"),
    ("10.4", "严禁私自收费"),
    ("11.1", "客户信息权限按最小必要设置"),
    ("11.2", "客户信息不得擅自导出、对外提供"),
    ("12.1", "设计校审须有独立复核计算"),
)


def enter(founded_at: datetime) -> None:
    """Enter what is not there yet, as of `founded_at`."""
    first_day = timezone.localdate(founded_at)
    for code, kind, name, contact, phone, supplies, number, terms in _OUTSIDE:
        if OutsideParty.objects.filter(code=code).exists():
            continue
        values = {"code": code, "kind": kind, "name": name, "contact": contact, "phone": phone, "supplies": supplies}
        outside = registers.save_outside_party(None, values, by=None, reason=REASON, now=founded_at)
        contract: dict[str, Any] = {
            "outside": outside,
            "number": number,
            "title": f"{supplies}合同",
            "recourse_terms": terms,
        }
        days = {"starts_on": first_day, "ends_on": first_day + timedelta(days=365 * 5)}
        registers.save_contract(None, contract | days, by=None, reason=REASON, now=founded_at)
    _handbook(founded_at)


def _handbook(founded_at: datetime) -> None:
    if LegalSource.objects.filter(code=HANDBOOK).exists():
        return
    names = {
        "zh-hans": "云枫质量与服务管理手册",
        "zh-hant": "雲楓質量與服務管理手冊",
        "en": "Quality and service handbook",
    }
    values: dict[str, Any] = {"code": HANDBOOK, "kind": "rule", "names": names, "issuer": "总公司", "edition": "第三版"}
    values |= {"in_force_from": timezone.localdate(founded_at)}
    source = registers.save_legal_source(None, values, by=None, reason=REASON, now=founded_at)
    for reference, text in _CLAUSES:
        clause = {"source": source, "reference": reference, "text": text}
        registers.save_clause(None, clause, by=None, reason=REASON, now=founded_at)
