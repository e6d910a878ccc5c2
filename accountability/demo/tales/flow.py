"""Matters that went wrong on the way: a system stood still, an order was late everywhere, nobody saw a damage."""

from accountability.demo.telling import (
    AllegationTold,
    Borne,
    FactTold,
    MeasureTold,
    Paper,
    PartyTold,
    Piece,
    StepTold,
    Tale,
)
from complaints.demo.texts import PRODUCTS

FRIDGE, HEATER, CABINET = PRODUCTS[1], PRODUCTS[5], PRODUCTS[3]

OUTAGE = Tale(
    code="outage",
    category="process-delay",
    department="after-sales",
    cases=(
        (
            "燃气热水器报修五天无人上门",
            "热水器报修后短信说二十四小时内上门，等了五天没有人来，打电话说系统里查不到工单。家里有婴儿，大冬天没有热水。",
        ),
        (
            "约好的维修被系统吞单，客服说是派单员的错",
            "两次预约都没有人来，客服先说派单员忘了，后来又说系统故障。到底是人的问题还是系统的问题？",
        ),
        (
            "维修工单丢失，重复报修三次",
            "同一台热水器报修三次，每次都要重新说一遍。第三次才告诉我前两次的单子系统里没有。",
        ),
        (
            "预约改期未通知，白请一天假",
            "请假在家等维修，等到晚上才说改期。短信没有，电话没有，说是那天系统停了。",
        ),
    ),
    demand="说明为何无人上门并补偿误工",
    reply="当日派单系统中断，工单未能下发；派单员当班未按应急流程转纸质派单。",
    proposal="优先上门维修，赠送一年延保",
    lead="handler",
    members=("fu.xiulan", "quality"),
    scope="查明工单未派出的原因：系统中断、派单员未转人工，各起什么作用。",
    plan="一、调取系统运行日志；二、核对当班记录与应急流程；三、核实派单员的权限和培训情况。",
    methods=("evidence_chain", "backtracking"),
    parties={
        "information": PartyTold(
            "department",
            "information",
            answer="中断属实，监控未告警是我部门的责任，接受。",
            grounds="中断由机房断电引起，属供电故障，我部门已在四十分钟内恢复。",
        ),
        "dispatcher": PartyTold(
            "employee", "after-sales", name="罗志强", answer="当时确实不知道可以转纸质派单，愿意学习。"
        ),
    },
    allegations=(
        AllegationTold(
            "报修工单没有派出，承诺二十四小时上门而五天无人上门",
            {
                "information": ("founded", "派单系统中断两小时十分，队列未恢复，且没有告警。"),
                "dispatcher": ("partly_founded", "恢复后未核对队列，但未受过应急培训，也无权重启队列。"),
            },
        ),
    ),
    evidence={
        "log": Piece(
            "electronic",
            "派单系统运行日志",
            "09:12–11:22无心跳，恢复后37张工单仍在死信队列",
            "信息技术部日志平台",
            Paper(
                "dispatch-service.log",
                (
                    "09:12:04 WARN heartbeat lost",
                    "11:22:51 INFO service restarted",
                    "11:22:52 WARN 37 messages in dead letter queue",
                ),
            ),
            by="0",
        ),
        "monitor": Piece(
            "electronic",
            "监控告警记录",
            "当日没有派单系统的告警，规则在上月升级时被停用",
            "监控平台导出",
            Paper(
                "告警规则导出.csv",
                rows=(("规则", "状态", "最后修改"), ("派单心跳", "停用", "系统升级"), ("支付心跳", "启用", "—")),
            ),
            by="0",
        ),
        "shift": Piece(
            "written",
            "派单值班记录",
            "罗志强10:05记载“系统卡，等待恢复”，未记载转人工",
            "售后服务部",
            Paper("派单值班记录.pdf", ("10:05 系统卡，等待恢复。", "11:30 恢复，继续派单。")),
        ),
        "training": Piece(
            "written",
            "应急流程培训签到",
            "培训名单中没有罗志强，其入职在培训之后",
            "人力资源部",
            Paper("培训签到表.csv", rows=(("培训", "日期", "应到", "实到"), ("派单应急流程", "三月", "12", "12"))),
            by="0",
        ),
        "call": Piece(
            "communication",
            "投诉人来电录音",
            "第三天来电时客服告知“系统没有您的单子”",
            "客服录音系统",
            Paper("来电录音.wav"),
        ),
        "chat": Piece(
            "witness",
            "班组群聊截图",
            "班长称“早就说过要转纸质”，发布时间在事后",
            "售后班组",
            Paper("群聊截图.png"),
            weight="weak",
            authenticity="doubtful",
            opinion="截图不完整、发布于事后，无法确认此前告知过，证明力弱。",
        ),
    },
    facts=(
        FactTold("派单系统中断，工单滞留在死信队列", {"log": "supports", "call": "supports"}, "日志与来电时间吻合。"),
        FactTold("监控没有告警", {"monitor": "supports", "log": "silent"}, "规则在升级时被停用，有配置记录。"),
        FactTold(
            "派单员没有受过应急培训，也无权重启队列",
            {"training": "supports", "chat": "contradicts", "shift": "silent"},
            "签到表与岗位权限清单一致，群聊截图不足以推翻。",
        ),
    ),
    tasks=(
        ("0", "调取日志平台和监控平台的原始记录"),
        ("1", "核实应急流程文件的发布与培训情况"),
        ("lead", "与派单员谈话，制作笔录"),
    ),
    steps=(
        StepTold("受理报修", "dispatcher", "十分钟内生成工单", 0, "生成工单", 0.1, "none", "", ("call",)),
        StepTold(
            "系统派单", "information", "三十分钟内下发", 0.5, "滞留死信队列", None, "omitted", "系统中断", ("log",)
        ),
        StepTold(
            "监控告警", "information", "五分钟内告警", 0.1, "没有告警", None, "omitted", "规则被停用", ("monitor",)
        ),
        StepTold(
            "转纸质派单",
            "dispatcher",
            "中断超过半小时转人工",
            1.0,
            "没有转人工",
            None,
            "omitted",
            "未受过培训",
            ("shift", "training"),
        ),
        StepTold("上门", "dispatcher", "二十四小时内", 24, "第五天上门", 121, "late", "", ("call",)),
    ),
    findings="工单未派出的根本原因是系统中断且告警失效；派单员未转人工有其客观原因，不能把系统故障归咎于个人。",
    outcome="founded",
    facts_found="派单系统中断两小时十分，恢复后三十七张工单滞留，监控规则被停用而未告警。当班派单员未转纸质派单，但其入职后没有受过应急培训，也没有"
    "重启队列的权限。",
    reasoning="系统中断和告警失效属信息技术部的职责范围，是无人上门的直接原因，承担主要责任。派单员记录了异常却未上报，有一定疏忽；但系统故障不应完"
    "全归咎于员工，其权限和培训均不足，只就未上报部分承担次要责任。",
    borne=(
        Borne(
            "information",
            "primary",
            "85.00",
            "派单系统中断未及时恢复队列，停用告警规则",
            "信息系统运行管理规定 3.2 监控告警",
            "中断与告警失效直接导致工单未派出。",
            ("log", "monitor"),
            clauses=(("yf-quality-manual", "6.3"),),
        ),
        Borne(
            "dispatcher",
            "secondary",
            "15.00",
            "发现系统异常未上报班长",
            "派单岗位说明书第五条 异常上报",
            "有上报的能力而没有上报。",
            ("shift", "training"),
            causation="indirect",
            conduct="omission",
            had_authority=False,
            is_system_failure=True,
            authority_reason="无权重启队列、未受应急培训，但上报异常不需要任何权限，故仅就未上报承担少量责任。",
        ),
    ),
    causes=("system-failure", "process-missing"),
    cause_text="系统升级停用告警规则未复核；应急流程未纳入新员工培训。",
    opinion="经查，无人上门系派单系统故障所致，公司已恢复并优先安排维修。",
    measures=(
        MeasureTold(
            "corrective",
            "恢复派单心跳告警并清点停用规则",
            "升级后逐条复核监控规则，双人签字。",
            "system-failure",
            "information",
            "meng.fan",
            "全部规则已复核，恢复四条，附清单。",
            "cause",
            8,
        ),
        MeasureTold(
            "preventive",
            "应急派单纳入岗前培训",
            "新入职派单员培训并演练纸质派单后方可上岗。",
            "process-missing",
            "after-sales",
            "long.fei",
            "首期六人培训考核合格。",
            "department",
            20,
        ),
        MeasureTold(
            "preventive",
            "死信队列每小时人工核对",
            "值班长每小时核对未派工单数。",
            "process-check",
            "after-sales",
            "wan.ting",
            "值班表已更新，连续两周无遗漏。",
            "category",
            14,
        ),
    ),
    lessons="追究个人之前先问：他有权改变吗，他学过吗？",
    product=HEATER,
    remedies=("repair", "commitment"),
)

LOGISTICS = Tale(
    code="logistics",
    category="process-delay",
    department="transport",
    cases=(
        (
            "冰箱承诺三日达，第十一天才送到",
            "下单承诺三日达，食材都订好了，十一天才送到。问销售说已发货，问仓库说没货，问司机说刚接到单。",
        ),
        (
            "搬家当天冰箱没到，预约三次均落空",
            "约了三次送货，三次都没到。物流信息停在“待出库”七天不动。",
        ),
        (
            "物流信息停滞九天，无人说明原因",
            "查物流九天没有变化，客服每次都说催一下。请查清到底卡在哪里。",
        ),
        (
            "同城配送用了十二天",
            "同一个城市，走路都到了。希望说明每一天货在哪里。",
        ),
    ),
    demand="说明延误在哪个环节，赔偿损失",
    reply="接单后排车等待四天；此前出库和录单环节也有延误，请一并核查。",
    proposal="补偿误工与食材损失，优先配送",
    lead="quality",
    members=("fu.xiulan", "yan.haoran"),
    scope="沿订单、仓储、运输三个环节还原时间线，查明各环节的延误和责任。",
    plan="一、导出订单、出库、派车三套系统的时间戳；二、逐环节对照承诺时限；三、核实合作承运商的接单记录。",
    methods=("backtracking",),
    parties={
        "order": PartyTold("department", "sales-east", answer="录单滞后两天属实。"),
        "warehouse": PartyTold(
            "department",
            "warehouse",
            answer="拣货积压，接受。",
            grounds="录单时库存显示有货实为锁定，系统数据错误，不应由仓储承担。",
        ),
        "transport": PartyTold(
            "department",
            "transport",
            answer="排车未按先后顺序，接受。",
            grounds="货物交到车队时已经延误七天，车队四天内送达符合承诺的运输时限，不应承担主要责任。",
        ),
        "carrier": PartyTold("partner", outside="jieyunda", answer="接单后按时送达，有签收记录。"),
    },
    allegations=(
        AllegationTold(
            "承诺三日送达而实际逾期八天",
            {
                "order": ("founded", "订单在门店积压两天才录入系统。"),
                "warehouse": ("founded", "出库超时五天，未按先进先出拣货。"),
                "transport": ("founded", "待派车四天，期间插入后到的订单。"),
                "carrier": ("unfounded", "承运商接单当日送达，未见延误。"),
            },
        ),
    ),
    evidence={
        "orders": Piece(
            "electronic",
            "订单系统时间戳",
            "成交后46小时才录单",
            "订单系统",
            Paper("订单时间戳.csv", rows=(("节点", "承诺", "实际"), ("成交", "0h", "0h"), ("录单", "2h", "46h"))),
        ),
        "picking": Piece(
            "electronic",
            "出库扫描记录",
            "录单后五天才拣货，同日后到的订单先出库",
            "仓储系统",
            Paper(
                "出库扫描记录.csv",
                rows=(("订单", "录单", "拣货"), ("本单", "第2天", "第7天"), ("后单A", "第4天", "第5天")),
            ),
            by="0",
        ),
        "dispatch": Piece(
            "electronic",
            "派车记录",
            "出库后96小时才派车",
            "运输调度系统",
            Paper(
                "派车记录.csv",
                rows=(("订单", "出库", "派车"), ("本单", "第7天", "第11天"), ("后单B", "第9天", "第9天")),
            ),
            by="0",
        ),
        "receipt": Piece(
            "transaction",
            "承运签收单",
            "第11天14:10接单，17:25签收",
            "捷运达物流有限公司",
            Paper("承运签收单.png"),
            by="1",
        ),
        "page": Piece(
            "written",
            "商品页面送达承诺",
            "页面写明“同城三日达”",
            "商城页面留存",
            Paper("页面承诺.pdf", ("同城三日达，超时补偿。",)),
            by="1",
        ),
        "excuse": Piece(
            "witness",
            "调度员情况说明",
            "称因暴雨停运两天，气象记录显示当日无雨",
            "运输车队",
            Paper("调度员说明.txt", ("那几天下暴雨，没有办法发车。",)),
            by="1",
            weight="none",
            authenticity="refuted",
            opinion="与气象记录直接矛盾，不予采信。",
        ),
    },
    facts=(
        FactTold("录单延误约两天", {"orders": "supports"}, "时间戳由系统自动产生。"),
        FactTold("出库延误五天且未先进先出", {"picking": "supports", "orders": "silent"}, "扫描记录逐件可查。"),
        FactTold(
            "待派车四天，期间后到订单先派",
            {"dispatch": "supports", "excuse": "contradicts", "receipt": "silent"},
            "调度员说法与气象记录矛盾。",
        ),
        FactTold("承运商没有延误", {"receipt": "supports", "dispatch": "supports"}, "接单当日签收。"),
    ),
    tasks=(
        ("0", "导出三套系统的时间戳并交叉核对"),
        ("1", "调取承运商接单签收记录和气象记录"),
        ("lead", "组织三部门对账会，形成时间线"),
    ),
    steps=(
        StepTold("成交", "order", "即时", 0, "门店成交", 0, "none", "", ("orders",)),
        StepTold("录单", "order", "两小时内录入", 2, "46小时后录入", 46, "late", "店员手工记单", ("orders",)),
        StepTold("拣货出库", "warehouse", "录单后24小时", 70, "第七天出库", 168, "late", "后单先出", ("picking",)),
        StepTold("派车", "transport", "出库后12小时", 180, "第十一天派车", 262, "late", "后单先派", ("dispatch",)),
        StepTold("送达", "carrier", "派车当日", 270, "当日17:25签收", 265, "none", "", ("receipt",)),
    ),
    findings="延误在录单、出库、派车三个环节依次发生，承运商没有延误。",
    outcome="founded",
    facts_found="承诺三日送达，实际第十一天送达：录单延误约两天，出库延误五天，派车延误四天，承运当日送达。三个环节均有后到先办的情况。",
    reasoning="三个环节各自违反时限，前一环节的延误不能免除后一环节的责任。出库延误最长且未先进先出，仓储中心承担主要责任；运输车队、华东大区承担次"
    "要责任；承运商没有延误，不承担责任。",
    borne=(
        Borne(
            "warehouse",
            "primary",
            "45.00",
            "出库超时五天，未按先进先出拣货",
            "仓储作业规定 2.4 先进先出",
            "延误最长，且后单先出。",
            ("picking",),
            clauses=(("yf-quality-manual", "5.2"),),
        ),
        Borne(
            "transport",
            "secondary",
            "35.00",
            "待派车四天，后单先派",
            "运输调度规定 3.1 派车顺序",
            "可派而未派。",
            ("dispatch",),
            clauses=(("yf-quality-manual", "5.4"),),
        ),
        Borne("order", "secondary", "20.00", "成交后46小时才录单", "门店订单管理规定 1.2", "延误的起点。", ("orders",)),
    ),
    causes=("process-interface", "process-unfit"),
    cause_text="三套系统互不提示超时，各环节以“收到才算”规避承诺时限。",
    opinion="经查，延误发生在录单、出库和派车三个环节，公司将按页面承诺补偿。",
    measures=(
        MeasureTold(
            "corrective",
            "订单全程时限看板",
            "三个环节共用一个承诺时限，超时红色显示并通知部门负责人。",
            "process-interface",
            "information",
            "meng.fan",
            "看板上线，附截图与三部门确认单。",
            "department",
            22,
        ),
        MeasureTold(
            "preventive",
            "派车按出库先后自动排序",
            "调度系统按出库时间排序，人工调整须说明原因。",
            "process-unfit",
            "transport",
            "deputy",
            "自动排序启用，两周内人工调整六次，均有说明。",
            "category",
            15,
        ),
        MeasureTold(
            "preventive",
            "仓储先进先出抽查",
            "每周抽查二十单，后单先出的当日整改。",
            "process-check",
            "warehouse",
            "jin.yan",
            "抽查四周，符合率由71%升至96%。",
            "category",
            20,
        ),
    ),
    lessons="每个环节都“没有超太多”，合在一起就是八天。",
    product=FRIDGE,
    otherwise={"equal": True},
)

DAMAGE = Tale(
    code="damage",
    category="delivery-damage",
    department="transport",
    cases=(
        (
            "空调外机到货凹陷，签收时未开箱",
            "空调外机送到时包装完好，第二天安装师傅开箱发现侧板凹陷。送货的说不是他们的事，要我自己负责。",
        ),
        (
            "柜机面板开裂，物流与安装互相推诿",
            "柜机面板有一条裂纹，物流说装卸没有磕碰，安装说开箱就有。谁来管？",
        ),
        (
            "外机支架变形，责任说不清",
            "外机支架是弯的，送货、安装、仓库都说不是自己弄的。",
        ),
    ),
    demand="更换新机",
    reply="装车照片未见破损，签收单无异常标注，无法判断破损发生在哪一段。",
    proposal="协商更换外机外壳",
    lead="quality",
    members=("yan.haoran",),
    scope="查明破损发生在仓储、运输、安装还是签收之后。",
    plan="一、核对各交接点照片和签收记录；二、询问装卸、司机、安装人员；三、判断能否确定破损环节。",
    parties={
        "transport": PartyTold("department", "transport", answer="无异议。"),
        "carrier": PartyTold("partner", outside="jieyunda", answer="我司交接时外包装完好，签收无异常。"),
    },
    allegations=(
        AllegationTold(
            "运输途中造成商品破损",
            {
                "transport": (
                    "insufficient_evidence",
                    "交接照片只拍到一面，不能证明交接时无破损，也不能证明破损发生在运输途中。",
                ),
                "carrier": ("insufficient_evidence", "签收时未开箱，外包装完好，无法确定破损时间。"),
            },
        ),
    ),
    evidence={
        "photo": Piece(
            "audio_visual",
            "装车照片",
            "只拍到正面，侧面不可见",
            "运输车队交接系统",
            Paper("装车照片.png"),
            weight="medium",
            opinion="真实，但角度不足以判断侧板。",
        ),
        "sign": Piece(
            "transaction", "签收单", "签收人写“外包装完好”，未开箱", "捷运达物流有限公司", Paper("签收单.png"), by="0"
        ),
        "unpack": Piece(
            "witness",
            "安装师傅陈述",
            "称开箱时侧板已凹陷，现场没有拍照",
            "售后安装人员",
            Paper("安装师傅陈述.txt", ("开箱就看到凹了，当时急着赶下一单，没有拍照。",)),
            by="0",
            weight="weak",
            opinion="无照片佐证，且陈述人与结果有利害关系，证明力弱。",
        ),
        "packing": Piece(
            "on_site",
            "现场查看记录",
            "凹陷处对应的泡沫完整，外箱无挤压痕",
            "现场查看",
            Paper("现场查看记录.pdf", ("凹陷位于右侧板下部，直径约6厘米", "对应位置泡沫完整，外箱无挤压痕")),
        ),
    },
    facts=(
        FactTold(
            "破损发生在运输途中",
            {"photo": "silent", "sign": "contradicts", "packing": "contradicts", "unpack": "supports"},
            "支持与反对的证据相互矛盾，且均不充分。",
            "undecided",
        ),
        FactTold(
            "签收时已经破损", {"sign": "contradicts", "unpack": "supports"}, "签收时未开箱，无法查明。", "undecided"
        ),
    ),
    tasks=(
        ("0", "收集各交接点照片和签收记录"),
        ("lead", "到现场查看破损与包装"),
        ("0", "询问装卸、司机和安装人员"),
    ),
    findings="现有证据不能确定破损发生的环节，各方说法均无充分佐证。",
    outcome="insufficient_evidence",
    facts_found="外机侧板凹陷属实。装车照片角度不足，签收时未开箱，安装开箱时没有拍照，破损发生的时间和环节无法查明。",
    reasoning="凹陷对应的泡沫和外箱均完好，运输挤压的可能性较小，但不能排除出厂或安装环节。证据不足以认定任何一方，不推定责任。",
    borne=(),
    causes=("process-missing",),
    cause_text="交接时没有开箱查验和多面拍照的要求，责任无从查起。",
    opinion="经调查，现有证据不足以认定破损环节。为不使您受损，公司愿意更换外壳。",
    measures=(
        MeasureTold(
            "preventive",
            "大件四面拍照交接",
            "装车、交接、签收各拍四面，安装开箱时拍照留存。",
            "process-missing",
            "transport",
            "hou.lei",
            "已执行三周，抽查照片齐全率98%。",
            "category",
            15,
        ),
    ),
    lessons="没有留痕的交接，最后只能由公司承担。",
    product=CABINET,
    remedies=("exchange",),
)

TALES = (OUTAGE, LOGISTICS, DAMAGE)
