"""What the quality department of the demonstration writes: lessons by branch of the tree of categories, and remarks."""

#: By the code of a category of the first level.
LESSONS = {
    "product-quality": "同类故障先查批次与来料记录，再定单件责任；售后上门时登记机身批次，便于当日判断是否扩大排查。",
    "service": "承诺过的回电时间要写进记录并由系统提醒；更换承办人时，由原承办人向投诉人说明，不让投诉人重复陈述。",
    "delivery": "出库拍照与签收照片对照，十分钟即可分清仓储与运输的责任；大件在装车前复核包装，费用低于一次换货。",
    "after-sales": "首次上门前核对所需配件；配件不到货就先告知投诉人并约定新的时间，不以空跑充当响应。",
    "price": "促销规则以下单页面当时的版本为准，页面版本由市场部存档；客服按存档答复，不凭印象解释。",
    "contract": "签约时逐条确认交付期限与违约责任；变更一律书面，口头答应的事项当日补记。",
    "process-compliance": "退回工作联系单必须写明退回到哪个部门；两次退回即由共同上级指定，不再往返。",
    "rights-protection": "涉及个人信息的投诉先止损后查因：先停用泄露渠道，再通知当事人，最后查清来源。",
}
OTHER = "先弄清投诉人要解决什么，再谈由谁负责；答复里写明已做的、将做的和完成的时间。"

#: Days of work: kind of work, what was done, minutes from and to.
WORK = (
    ("receiving", "电话核实情况", 15, 45),
    ("receiving", "与投诉人沟通方案", 20, 60),
    ("investigating", "调取出入库与检验记录", 30, 150),
    ("investigating", "现场核查", 60, 240),
    ("resolving", "上门维修", 60, 180),
    ("resolving", "办理换货与退款手续", 20, 60),
    ("other", "整理卷宗", 15, 40),
)
#: Kind of budget, yuan a year, decision.
BUDGETS = (
    ("compensation", 360_000, "年度预算批复：客户补偿"),
    ("hours", 420_000, "年度预算批复：投诉处理专职人力"),
    ("systems", 120_000, "年度预算批复：投诉管理系统"),
    ("training", 60_000, "年度预算批复：服务技能培训"),
)
#: Kind of spending, days ago, yuan, what for.
SPENDING = (
    ("systems", 205, 48_000, "投诉管理系统年度维护"),
    ("training", 150, 12_800, "投诉沟通技巧培训（两期）"),
    ("systems", 96, 9_600, "短信与外呼通道"),
    ("training", 40, 8_500, "责任界定实务培训"),
)
COMMENTS = (
    "首次答复及时，过程记录完整。",
    "判责依据充分；告知延期的时间略晚。",
    "方案合理，改进措施没有写到具体环节。",
)
FINDINGS = "抽查案件首次答复与登记质量稳定；失分集中在“告知进展”和“举一反三”，已列入下季度培训。"
COMMENDED = "质量监控评分优秀，投诉人满意，全程无逾期，处理过程可作示范。"
