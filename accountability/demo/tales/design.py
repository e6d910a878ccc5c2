"""A dispute over engineering with an expert's opinion, and small matters that need no investigation."""

from accountability.demo.telling import (
    AllegationTold,
    Borne,
    FactTold,
    MeasureTold,
    OpinionTold,
    Paper,
    PartyTold,
    Piece,
    StepTold,
    Tale,
)

DESIGN = Tale(
    code="design",
    category="service-professionalism",
    department="design",
    sort="consulting",
    cases=(
        (
            "酒店中央空调负荷计算错误，客房不制冷",
            "按贵司方案建成后，客房三十度都降不下来。我方另请机构复核，冷负荷少算了三成。改造费用近百万，要求贵司承担。",
        ),
        (
            "厨房排烟方案与结构冲突，工程停工",
            "排烟井尺寸与结构图冲突，施工停工十二天，损失索赔单已递交。",
        ),
        (
            "人防层通风图纸漏项，验收不合格",
            "人防通风图纸漏了一套风机，验收不合格，贵司说已送审通过。",
        ),
    ),
    demand="承担返工费用并赔偿停工损失",
    reply="复核发现负荷计算取值偏低，校审未发现；审图机构亦未提出意见。",
    proposal="免费修改方案，承担合理返工费用",
    lead="bai.jing",
    members=("quality",),
    scope="查明设计差错的技术原因，设计、校审、外部审图各自的责任。",
    plan="一、委托行业专家复核；二、核对校审记录；三、核对审图机构的审查意见。",
    methods=("expert", "evidence_chain"),
    parties={
        "design": PartyTold(
            "department",
            "design",
            answer="接受专家意见和认定。",
            grounds="业主提供的围护结构参数有误，取值偏低系依据业主资料，不应由我室承担主要责任。",
        ),
        "reviewer": PartyTold("partner", outside="zhongheng", answer="审查意见确有疏漏，按合同承担。"),
    },
    allegations=(
        AllegationTold(
            "设计差错造成返工和停工损失",
            {
                "design": ("founded", "负荷取值偏低32%，校审未执行复核计算。"),
                "reviewer": ("partly_founded", "审查意见未覆盖负荷专项，属漏审。"),
            },
        ),
    ),
    evidence={
        "calc": Piece(
            "written",
            "负荷计算书",
            "围护结构取值低于规范下限",
            "方案设计室",
            Paper("负荷计算书摘录.pdf", ("外墙传热系数取值：0.45", "规范下限：0.60", "计算冷负荷：812kW")),
            by="0",
        ),
        "check": Piece(
            "written",
            "校审记录",
            "校审栏只签名，无复核计算",
            "方案设计室",
            Paper("校审记录.csv", rows=(("图号", "校审人", "意见"), ("KT-03", "签名", "同意"))),
            by="0",
        ),
        "review": Piece(
            "written",
            "审图机构审查意见",
            "审查意见未涉及负荷专项",
            "中衡图审咨询有限公司",
            Paper("审查意见.pdf", ("审查专业：建筑、结构、给排水", "暖通：原则同意")),
            is_copy=True,
        ),
        "site": Piece(
            "on_site", "现场温度测试", "室外35℃时客房28.6℃，设计26℃", "现场测试", Paper("现场测试照片.png"), by="0"
        ),
        "client": Piece(
            "communication",
            "业主提资函件",
            "业主资料中的围护参数与实际一致，未见错误",
            "业主往来函",
            Paper("业主提资函.pdf", ("外墙构造：200加气混凝土+50保温",)),
        ),
    },
    facts=(
        FactTold(
            "冷负荷计算偏低，导致不能达标",
            {"calc": "supports", "site": "supports", "client": "silent"},
            "专家复核一致。",
        ),
        FactTold("校审没有复核计算", {"check": "supports"}, "记录只有签名。"),
        FactTold("业主资料有误", {"client": "contradicts"}, "函件与现场一致，业主资料无误。", "refuted"),
    ),
    tasks=(
        ("0", "核对计算书与规范取值"),
        ("lead", "组织专家复核并取得独立声明"),
        ("0", "现场测试室温"),
    ),
    steps=(
        StepTold("设计", "design", "按规范取值计算", 0, "取值低于下限", 240, "wrong", "", ("calc",)),
        StepTold("校审", "design", "独立复核计算", 264, "只签名未复核", None, "omitted", "", ("check",)),
        StepTold("外部审图", "reviewer", "逐专业审查", 480, "暖通专业未审", 500, "wrong", "", ("review",)),
    ),
    outside=OpinionTold(
        "苏明哲",
        "省暖通学会专家库",
        "教授级高级工程师，从业三十一年",
        "负荷计算是否正确，差错是否足以造成现场情况，责任如何划分？",
        "围护结构传热系数取值低于规范下限，冷负荷少算约32%，与现场测试结果相符。按规范校审应能发现；外部审图对暖通专业未作专项审查，亦有责任。"
        "建议设计方承担主要责任。",
    ),
    findings="设计取值错误并未被校审和外部审图发现，专家意见、计算书和现场测试一致。",
    outcome="founded",
    facts_found="设计取值低于规范下限，冷负荷少算约32%，现场室温不能达标。校审未复核，外部审图未覆盖暖通专业。业主资料无误。",
    reasoning="设计差错是直接原因，设计室有专业能力和校审职责，承担主要责任；审图机构依合同负有审查义务，未审暖通专业，承担次要责任。业主资料经核对无误，"
    "不构成免责理由。",
    borne=(
        Borne(
            "design",
            "primary",
            "70.00",
            "取值低于规范下限，校审未复核计算",
            "设计校审管理规定 4.2",
            "差错的直接原因。",
            ("calc", "check", "site"),
            clauses=(("gb-t-19012", "责任"), ("yf-quality-manual", "12.1")),
        ),
        Borne(
            "reviewer",
            "secondary",
            "30.00",
            "未对暖通专业作专项审查",
            "审图合同第四条 审查范围",
            "本应发现而未发现。",
            ("review",),
            causation="indirect",
            conduct="omission",
            clauses=(("civil-code", "第五百七十七条"),),
        ),
    ),
    causes=("people-skill", "process-check"),
    cause_text="取值库未更新；校审以签名代替复核。",
    opinion="经专家复核，设计差错属实，公司将承担合理的返工费用。",
    measures=(
        MeasureTold(
            "corrective",
            "更新取值库并锁定下限",
            "计算软件取值低于规范下限时不能出图。",
            "product-design",
            "design",
            "nie.xiaoyu",
            "取值库已更新，测试用例通过。",
            "category",
            20,
        ),
        MeasureTold(
            "preventive",
            "重大项目双人独立复核",
            "冷热负荷由两人独立计算，偏差超过一成须会审。",
            "process-check",
            "engineering",
            "kong.fanrui",
            "近三个项目已执行，附复核表。",
            "department",
            45,
        ),
    ),
    lessons="签名不是复核，复核必须有自己的计算。",
    remedies=("compensation", "commitment"),
)

CHARGE = Tale(
    code="charge",
    category="price-charge",
    department="sales-east",
    cases=(
        ("发票金额少开三元，要求重开", "发票比实付少三元，要求重开。"),
        ("收据抬头写错一个字", "收据公司名写错一个字，要求更正。"),
        ("重复扣款二十元，已退但没有说明", "被重复扣了二十元，退回来了，但没有任何说明，不知道会不会再发生。"),
    ),
    demand="更正并说明",
    reply="核实为操作失误，已更正并致歉。",
    proposal="更正票据并致歉",
    lead="song.lele",
    members=(),
    scope="核实票据差错的原因。",
    plan="一、核对收款与票据记录；二、询问收银员。",
    parties={"sales": PartyTold("department", "sales-east", answer="无异议。")},
    allegations=(AllegationTold("票据或收款有误", {"sales": ("founded", "核对记录，差错属实。")}),),
    evidence={
        "receipt": Piece(
            "transaction",
            "收款与票据记录",
            "收款与票据金额不一致",
            "收银系统",
            Paper("收款记录.csv", rows=(("项目", "金额"), ("实收", "1299"), ("开票", "1296"))),
        )
    },
    facts=(FactTold("票据与收款不一致", {"receipt": "supports"}, "系统记录明确。"),),
    tasks=(("lead", "核对收银记录"),),
    findings="收银员手工录入有误。",
    outcome="founded",
    facts_found="收银员手工录入金额有误，票据与实收不一致。",
    reasoning="门店收银未执行双人复核，承担全部责任。",
    borne=(
        Borne(
            "sales",
            "sole",
            "100.00",
            "手工录入金额有误",
            "收银管理规定 1.3 复核",
            "直接造成差错。",
            ("receipt",),
            conduct="act",
        ),
    ),
    causes=("people-care",),
    cause_text="手工录入无复核。",
    opinion="经核实，票据有误，已更正。",
    measures=(),
    remedies=("apology",),
)

TALES = (DESIGN, CHARGE)
