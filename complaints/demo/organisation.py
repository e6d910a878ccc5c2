"""The organisation of the demonstration: a maker of household appliances with shops, transport and service of its own.

Everybody is invented. One post is vacant and some people are away, so that escalations show how they find somebody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from complaints.models import Department, User
from complaints.services import organisation, people, records
from complaints.states import Role

PASSWORD = "demo-tousu-2026"  # noqa: S105 - printed for everybody; refused outside a demonstration

ROOT = "headquarters"
SERVICE = "customer-service"
HR = "human-resources"
CONSULTING = "engineering"

#: Departments that own complaints: what they hear first stays with them.
OWNERS = (SERVICE, HR, CONSULTING)


class NoDemonstrationError(Exception):
    """Accounts whose password everybody knows are made in a demonstration only."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account that a visitor may use, and what is worth a look there."""

    username: str
    look_at: Mapping[str, str]


def _account(username: str, simplified: str, traditional: str, english: str) -> Account:
    return Account(username, {"zh-hans": simplified, "zh-hant": traditional, "en": english})


ACCOUNTS = (
    _account("intake", "登记、初步审核、分派", "登記、初步審核、分派", "registration, review, dispatch"),
    _account(
        "handler", "本人承办的投诉、解决方案、反馈", "本人承辦的投訴、解決方案、反饋", "own cases, plans, feedback"
    ),
    _account("liaison", "签收并答复工作联系单", "簽收並答覆工作聯繫單", "contact sheets to answer"),
    _account("head", "审批方案、答复升级", "審批方案、答覆升級", "plans to approve, escalations to answer"),
    _account(
        "production",
        "责任部门视角，兼顾空缺的注塑车间",
        "責任部門視角，兼顧空缺的注塑車間",
        "a responsible department, a vacant post below",
    ),
    _account("executive", "重大投诉督办、升级事项", "重大投訴督辦、升級事項", "major cases, what went up to the top"),
    _account("quality", "回访、归档、跟踪复查", "回訪、歸檔、跟蹤複查", "return visits, archive, follow-up checks"),
    _account("legal", "重大投诉的法律咨询", "重大投訴的法律諮詢", "legal consultation on major cases"),
    _account("hr", "保密的员工投诉", "保密的員工投訴", "confidential complaints of employees"),
    _account(
        "deputy",
        "代行休假中的运输车队负责人职责",
        "代行休假中的運輸車隊負責人職責",
        "stands in for the absent head of transport",
    ),
    _account(
        "auditor", "全部投诉与变更历史（只读）", "全部投訴與變更歷史（唯讀）", "everything and its history, read-only"
    ),
    _account("admin", "组织机构、制度、日历", "組織機構、制度、日曆", "organisation, policies, calendars"),
)

# code, parent, names in simplified Chinese, traditional Chinese, English
_DEPARTMENTS = (
    (ROOT, None, "总公司", "總公司", "Headquarters"),
    (SERVICE, ROOT, "客户服务部", "客戶服務部", "Customer Service"),
    (HR, ROOT, "人力资源部", "人力資源部", "Human Resources"),
    ("quality", ROOT, "质量管理部", "質量管理部", "Quality Management"),
    ("legal", ROOT, "法务部", "法務部", "Legal Affairs"),
    ("audit", ROOT, "审计部", "審計部", "Internal Audit"),
    ("finance", ROOT, "财务部", "財務部", "Finance"),
    ("information", ROOT, "信息技术部", "信息技術部", "Information Technology"),
    ("procurement", ROOT, "采购部", "採購部", "Procurement"),
    ("marketing", ROOT, "市场部", "市場部", "Marketing"),
    ("production", ROOT, "生产部", "生產部", "Production"),
    ("assembly", "production", "总装车间", "總裝車間", "Assembly Workshop"),
    ("moulding", "production", "注塑车间", "注塑車間", "Moulding Workshop"),
    ("logistics", ROOT, "物流部", "物流部", "Logistics"),
    ("warehouse", "logistics", "仓储中心", "倉儲中心", "Warehouse"),
    ("transport", "logistics", "运输车队", "運輸車隊", "Transport"),
    ("after-sales", ROOT, "售后服务部", "售後服務部", "After-sales Service"),
    ("sales", ROOT, "销售部", "銷售部", "Sales"),
    ("sales-east", "sales", "华东大区", "華東大區", "Eastern Region"),
    ("sales-south", "sales", "华南大区", "華南大區", "Southern Region"),
    (CONSULTING, ROOT, "工程设计部", "工程設計部", "Engineering and Design"),
    ("design", CONSULTING, "方案设计室", "方案設計室", "Design Studio"),
)

H, L = Role.HEAD, Role.LIAISON
# user name, name, posts; a post: role, department, and the days from the beginning on which it starts and ends
_PEOPLE: tuple[tuple[str, str, tuple[tuple[Role, str, int, int | None], ...]], ...] = (
    ("executive", "顾承远", ((Role.EXECUTIVE, ROOT, 0, None),)),
    ("shen.wenqing", "沈文清", ((Role.EXECUTIVE, ROOT, 0, None),)),
    ("intake", "林晓芸", ((Role.INTAKE, SERVICE, 0, None),)),
    ("he.jiayi", "何佳怡", ((Role.INTAKE, SERVICE, 0, None),)),
    ("tang.yue", "唐玥", ((Role.INTAKE, SERVICE, 0, None),)),
    ("handler", "陈思远", ((Role.HANDLER, SERVICE, 0, None),)),
    ("wu.haiyan", "吴海燕", ((Role.HANDLER, SERVICE, 0, None),)),
    ("zhou.qiming", "周启明", ((Role.HANDLER, SERVICE, 0, None),)),
    ("xu.ruolan", "许若兰", ((Role.HANDLER, SERVICE, 0, 640),)),
    ("jiang.yichen", "蒋亦晨", ((Role.HANDLER, SERVICE, 600, None),)),
    ("song.lele", "宋乐乐", ((Role.HANDLER, SERVICE, 0, None),)),
    ("head", "方丽华", ((H, SERVICE, 0, None),)),
    ("luo.min", "罗敏", ((H, HR, 0, None),)),
    ("hr", "潘静怡", ((Role.HANDLER, HR, 0, None), (Role.PERSONNEL, HR, 0, None))),
    ("gao.xin", "高欣", ((Role.HANDLER, HR, 0, None), (Role.INTAKE, HR, 0, None))),
    ("ye.zhihong", "叶志宏", ((H, "quality", 0, None), (Role.QUALITY, "quality", 0, None))),
    ("quality", "丁雅琴", ((Role.QUALITY, "quality", 0, None), (L, "quality", 0, None))),
    ("legal", "邵明哲", ((Role.LEGAL, "legal", 0, None), (L, "legal", 0, None))),
    ("qin.yulin", "秦玉林", ((H, "legal", 0, None),)),
    ("auditor", "钟立诚", ((Role.AUDITOR, "audit", 0, None),)),
    ("bai.jing", "白静", ((H, "audit", 0, None), (L, "audit", 0, None))),
    ("fu.xiulan", "傅秀兰", ((H, "finance", 0, None), (L, "finance", 0, None))),
    ("admin", "贺子健", ((Role.ADMINISTRATOR, "information", 0, None),)),
    ("meng.fan", "孟凡", ((H, "information", 0, None), (L, "information", 0, None))),
    ("cao.jianping", "曹建平", ((H, "procurement", 0, None), (L, "procurement", 0, None))),
    ("dai.shanshan", "戴珊珊", ((H, "marketing", 0, None), (L, "marketing", 0, None))),
    ("production", "郑国强", ((H, "production", 0, None),)),
    ("liang.dawei", "梁大伟", ((H, "assembly", 0, None),)),
    ("liaison", "冯晓东", ((L, "assembly", 0, None),)),
    ("deng.chunhua", "邓春华", ((L, "moulding", 0, None),)),
    ("tan.weidong", "谭卫东", ((H, "moulding", 0, 905),)),
    ("deputy", "范永康", ((H, "logistics", 0, None),)),
    ("lu.guangming", "陆光明", ((H, "warehouse", 0, None),)),
    ("jin.yan", "金燕", ((L, "warehouse", 0, None),)),
    ("qiu.baoshan", "邱宝山", ((H, "transport", 0, None),)),
    ("hou.lei", "侯磊", ((L, "transport", 0, None),)),
    ("shi.hongmei", "石红梅", ((H, "after-sales", 0, None),)),
    ("long.fei", "龙飞", ((L, "after-sales", 0, None),)),
    ("wan.ting", "万婷", ((L, "after-sales", 210, None),)),
    ("duan.zhiyuan", "段志远", ((H, "sales", 0, None),)),
    ("lei.ming", "雷鸣", ((H, "sales-east", 0, None), (L, "sales-east", 0, None))),
    ("hao.meiling", "郝美玲", ((H, "sales-south", 0, None), (L, "sales-south", 0, None))),
    ("kong.fanrui", "孔凡睿", ((H, CONSULTING, 0, None),)),
    ("wen.jing", "温静", ((Role.INTAKE, CONSULTING, 0, None), (Role.HANDLER, CONSULTING, 0, None))),
    ("yan.haoran", "严浩然", ((Role.HANDLER, CONSULTING, 0, None),)),
    ("nie.xiaoyu", "聂小雨", ((L, "design", 0, None), (H, "design", 0, None))),
)

# who, deputy, days before now on which it starts, days it lasts, why
_ABSENCES: tuple[tuple[str, str | None, int, int, str], ...] = (
    ("handler", "wu.haiyan", 1012, 9, "年假"),
    ("head", "shen.wenqing", 905, 12, "产业园建设专项出差"),
    ("liang.dawei", "production", 840, 20, "病假"),
    ("shi.hongmei", None, 710, 6, "外出培训"),
    ("zhou.qiming", "handler", 655, 14, "婚假"),
    ("jin.yan", "lu.guangming", 588, 10, "年假"),
    ("executive", "shen.wenqing", 500, 15, "海外考察"),
    ("quality", "ye.zhihong", 430, 8, "年假"),
    ("qiu.baoshan", "deputy", 344, 25, "病假"),
    ("hr", "gao.xin", 300, 10, "年假"),
    ("song.lele", "handler", 226, 90, "产假"),
    ("head", "shen.wenqing", 118, 5, "年假"),
    ("long.fei", "wan.ting", 61, 7, "年假"),
    ("qiu.baoshan", "deputy", 12, 30, "住院治疗"),
    ("zhou.qiming", "wu.haiyan", 2, 6, "年假"),
)


def refuse_outside_demonstration() -> None:
    """NoDemonstrationError unless the settings say that this is a demonstration or a developer's machine."""
    if not (settings.DEBUG or settings.DEMO):
        raise NoDemonstrationError(
            "Demonstration data bring accounts whose password everybody knows. They are made only with DEMO=true or "
            "DEBUG=true, never in production."
        )


def found(founded_at: datetime, now: datetime) -> None:
    """Departments, people, appointments and absences, recorded as of `founded_at`; absences up to `now`.

    Does nothing if the root is there already. NoDemonstrationError outside a demonstration.
    """
    refuse_outside_demonstration()
    if Department.objects.filter(code=ROOT).exists():
        return
    with transaction.atomic():
        departments = _departments(founded_at)
        persons = _people(departments, founded_at)
        _absences(persons, now)


def _departments(now: datetime) -> dict[str, Department]:
    made: dict[str, Department] = {}
    for code, parent, simplified, traditional, english in _DEPARTMENTS:
        made[code] = organisation.create_department(
            code=code,
            names={"zh-hans": simplified, "zh-hant": traditional, "en": english},
            parent=made[parent] if parent else None,
            by=None,
            reason="组织机构初始化",
            now=now,
        )
    return made


def _people(departments: dict[str, Department], now: datetime) -> dict[str, User]:
    made: dict[str, User] = {}
    first_day = timezone.localdate(now)
    password = make_password(PASSWORD)
    open_to_visitors = {account.username for account in ACCOUNTS}
    for username, name, posts in _PEOPLE:
        person = people.create_person(
            username=username,
            display_name=name,
            email=f"{username}@example.com",
            by=None,
            reason="人员初始化",
            now=now,
        )
        if username in open_to_visitors:
            person.password = password
            records.save(person, by=None, reason="设置演示口令", now=now, fields=["password"])
        for role, department, starts, ends in posts:
            organisation.appoint(
                person,
                departments[department],
                role,
                starts_on=first_day + timedelta(days=starts),
                ends_on=None if ends is None else first_day + timedelta(days=ends),
                by=None,
                reason="岗位任命",
                now=now,
            )
        made[username] = person
    return made


def _absences(persons: dict[str, User], now: datetime) -> None:
    morning = timezone.localtime(now).replace(hour=8, minute=30, second=0, microsecond=0)
    for username, deputy, ago, lasts, why in _ABSENCES:
        starts_at = morning - timedelta(days=ago)
        organisation.record_absence(
            persons[username],
            starts_at=starts_at,
            ends_at=starts_at + timedelta(days=lasts),
            deputy=persons[deputy] if deputy else None,
            why=why,
            by=None,
            reason="请假登记",
            now=starts_at - timedelta(days=2),
        )
