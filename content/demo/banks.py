"""What the bank sends back for the demo county's rolls, in the shapes that banks use."""

from __future__ import annotations

import random
from collections.abc import Sequence

import xlwt
from maker import Maker, Row, cells, old_cells, total

REASONS = (
    "户名不符",
    "已销户",
    "账户挂失",
    "账号不存在",
    "身份证过期",
    "账户冻结",
    "姓名或证件号不符",
    "超限额",
    "其他",
)
Result = tuple[Row, str, str]  # row, status, reason


def results(make: Maker, roll: str, failed: int, waiting: int = 0) -> list[Result]:
    """What became of each row that was not held: nearly all paid, some sent back, a few still on the way."""
    rows = [row for row in make.rolls[roll] if not row.held]
    rng = random.Random(f"代发/{roll}")
    unlucky = set(rng.sample(range(len(rows)), failed + waiting))
    lost = set(sorted(unlucky)[:failed])
    outcome = []
    for number, row in enumerate(rows):
        if number in lost:
            outcome.append((row, "发放失败", rng.choice(REASONS)))
        else:
            outcome.append((row, "发放中" if number in unlucky else "发放成功", ""))
    return outcome


def bank_files(make: Maker) -> None:
    bank_book(make, "2024年耕地地力保护补贴发放清册.xlsx", "代发结果-2024耕地地力.xlsx", failed=21, waiting=3)
    bank_bare(make, "2024年实际种粮农民一次性补贴.csv", "DF20240628001.csv", failed=9)
    bank_old(make, "2024年农机购置补贴资金发放明细表.xls", "农机补贴回盘.xls", failed=2)
    bank_gb(make, "2024年新一轮退耕还林补助（一村一表）.xlsx", "退耕还林代发反馈.csv", failed=6, waiting=2)
    bank_book(make, "2024年第三季度水库移民后期扶持直补资金发放表.xlsx", "水库移民直补回执单2024Q3.xlsx", failed=3)
    bank_plain(make, "2025年耕地地力保护补贴（分村）.xlsx", "2025地力补贴代发明细.csv", failed=24, waiting=4)
    bank_book(make, "2025年6月农村低保金发放花名册.xlsx", "低保6月代发结果.xlsx", failed=3)
    bank_old(make, "2025年上半年90-99岁老人营养补助发放表.xls", "高龄补助回盘文件.xls", failed=4)
    bank_gb(make, "2025年6月60周岁以上农村籍退役人员生活补助.csv", "退役生活补助反馈.csv", failed=1)
    bank_plain(make, "2025年秋季学期雨露计划补助花名册.xlsx", "雨露计划代发结果.csv", failed=2)
    bank_gb(make, "2025年第三季度困难残疾人生活补贴发放表.xlsx", "困难残疾人补贴反馈.csv", failed=2, waiting=1)
    bank_old(make, "2025年第三季度重度残疾人护理补贴发放表.xls", "护理补贴回盘.xls", failed=1)
    bank_book(make, "2025年农村计划生育家庭奖励扶助金发放名册.xlsx", "奖扶金代发结果.xlsx", failed=2)
    bank_book(make, "2025年森林生态效益补偿资金兑现表.xlsx", "公益林补偿代发结果.xlsx", failed=11, waiting=2)
    bank_bare(make, "2025年农机购置与应用补贴（第二批）.xlsx", "DF20251103007.csv", failed=0)
    bank_plain(make, "石桥镇2025年第二季度临时救助发放表.csv", "石桥镇临时救助代发结果.csv", failed=1)
    bank_old(make, "2025年7月洪涝灾害救灾款发放花名册.xlsx", "救灾款回盘.xls", failed=1)
    bank_bare(make, "2026年春季学期中职国家助学金发放名单.xlsx", "DF20260421003.csv", failed=0)


def told(file: str, outcome: Sequence[Result]) -> None:
    failed = sum(status == "发放失败" for _, status, _ in outcome)
    waiting = sum(status == "发放中" for _, status, _ in outcome)
    paid = total(row for row, status, _ in outcome if status == "发放成功")
    print(f"{file}\tlines {len(outcome)}\tfailed {failed}\twaiting {waiting}\tpaid yuan {paid}")


def bank_book(make: Maker, roll: str, file: str, failed: int, waiting: int = 0) -> None:
    outcome = results(make, roll, failed, waiting)
    book = make.book(file)
    sheet = book.add_worksheet("代发结果")
    cells(sheet, 0, ["明白农村商业银行代发业务处理结果清单"])
    cells(
        sheet,
        1,
        ["代发单位：明白县财政局", "", "", f"总笔数：{len(outcome)}", f"总金额：{total(row for row, _, _ in outcome)}"],
    )
    cells(sheet, 2, ["序号", "户名", "账号", "交易金额", "交易状态", "失败原因"])
    for number, (row, status, reason) in enumerate(outcome, 1):
        cells(sheet, number + 2, [number, row.person.name, row.account, row.amount, status, reason])
    book.close()
    told(file, outcome)


def bank_old(make: Maker, roll: str, file: str, failed: int) -> None:
    outcome = results(make, roll, failed)
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("回盘")
    lines: list[list[object]] = [["收款账号", "收款户名", "金额", "处理结果", "附言"]]
    lines += [[row.account, row.person.name, row.amount, status, reason] for row, status, reason in outcome]
    old_cells(sheet, lines, 0)
    book.save(str(make.destination / file))
    told(file, outcome)


def bank_gb(make: Maker, roll: str, file: str, failed: int, waiting: int = 0) -> None:
    outcome = results(make, roll, failed, waiting)
    lines = [["批次号", "账号", "户名", "金额", "状态", "原因", "交易日期"]]
    for row, status, reason in outcome:
        lines.append(["P9901" + file[:2], "\t" + row.account, row.person.name, f"{row.amount:.2f}", status, reason, ""])
    make.csv(file, lines, "gb18030")
    told(file, outcome)


def bank_plain(make: Maker, roll: str, file: str, failed: int, waiting: int = 0) -> None:
    outcome = results(make, roll, failed, waiting)
    lines = [["户名", "卡号", "发放金额", "发放状态", "备注"]]
    lines += [[row.person.name, row.account, f"{row.amount:.2f}", status, reason] for row, status, reason in outcome]
    lines.append(["合计", "", f"{total(row for row, _, _ in outcome)}", "", ""])
    make.csv(file, lines, "utf-8")
    told(file, outcome)


def bank_bare(make: Maker, roll: str, file: str, failed: int) -> None:
    """No header: account, name, amount, 0; where it failed, 1 and the reason."""
    outcome = results(make, roll, failed)
    lines = []
    for row, status, reason in outcome:
        tail = ["0"] if status == "发放成功" else ["1", reason]
        lines.append([row.account, row.person.name, f"{row.amount:.2f}", *tail])
    make.csv(file, lines, "gb18030")
    told(file, outcome)
