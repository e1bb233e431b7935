"""The demo county's payment rolls, one function a file, each in a shape that clerks really send."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

import xlwt
from maker import Maker, Row, by_village, capitals, cells, is_bmp, old_cells, total
from people import Household, Person


def farmland_2024(make: Maker) -> None:
    name = "2024年耕地地力保护补贴发放清册.xlsx"
    rows = make.by_household(2024, "102.5", lambda household: household.mu)
    make.spoil(rows, name, digit=1, number=1, village="柳树营村", old=3)
    make.use_aliases(rows)
    book = make.book(name)
    bold = book.add_format({"bold": True, "align": "center", "valign": "vcenter"})
    sheet = book.add_worksheet("发放清册")
    sheet.merge_range("A1:K1", "明白县2024年耕地地力保护补贴资金发放清册", bold)
    sheet.merge_range("A2:K2", "填报单位：明白县农业农村局　　　　　　　　　　　　　　　　单位：亩、元", bold)
    for column, title in ((0, "序号"), (1, "乡 镇"), (2, "村"), (3, "组别"), (9, "一卡通账号"), (10, "备注")):
        sheet.merge_range(2, column, 3, column, title, bold)
    sheet.merge_range(2, 4, 2, 5, "农户信息", bold)
    sheet.merge_range(2, 6, 2, 8, "补贴情况", bold)
    for column, title in (
        (4, "户主姓名"),
        (5, "身份证号码"),
        (6, "补贴面积（亩）"),
        (7, "补贴标准（元/亩）"),
        (8, "补贴金额（元）"),
    ):
        sheet.write_string(3, column, title, bold)
    sheet.set_column(4, 10, 20)
    line, number = 4, 0
    for _, group in by_village(rows):
        for row in group:
            number += 1
            cells(sheet, line, [number, row.township, row.village_cell, row.group_cell, row.person.name, row.id_cell])
            note = "与户主同一账户" if row.account != row.person.account else ""
            cells(sheet, line, ["", "", "", "", "", "", row.quantity, row.rate, row.amount, row.account, note])
            line += 1
        area = sum((row.quantity for row in group), Decimal(0))
        cells(sheet, line, ["", "", "小计", "", f"{len(group)}户", "", area, "", total(group)], bold)
        line += 1
    area = sum((row.quantity for row in rows), Decimal(0))
    cells(sheet, line, ["合计", "", "", "", f"{len(rows)}户", "", area, "", total(rows)], bold)
    sheet.write_string(
        line + 2, 0, "单位负责人：　　　　　　审核人：　　　　　　制表人：　　　　　　填报日期：2024年2月26日"
    )
    book.close()
    make.keep(name, rows)


def grain_2024(make: Maker) -> None:
    name = "2024年实际种粮农民一次性补贴.csv"

    def sown(household: Household) -> Decimal:
        return Decimal(0) if household.village.is_community else household.mu

    rows = make.by_household(2024, "12.6", sown, share=0.8)
    make.spoil(rows, name, digit=1, number=1)
    lines: list[list[str]] = [["明白县2024年实际种粮农民一次性补贴花名册"] + [""] * 8]
    lines.append(["序号", "乡镇", "村组", "姓名", "身份证号", "种植面积(亩)", "标准(元/亩)", "金额(元)", "银行账号"])
    for number, row in enumerate(rows, 1):
        place = row.village_cell + row.group_cell
        id_cell = "'" + row.id_cell if isinstance(row.id_cell, str) else row.id_text
        figures = [f"{row.quantity}", f"{row.rate}", f"{row.amount:.2f}"]
        lines.append([str(number), row.township, place, row.person.name, id_cell, *figures, "'" + row.account])
    area = sum((row.quantity for row in rows), Decimal(0))
    lines.append(["合计", "", "", "", "", f"{area}", "", f"{total(rows)}", ""])
    make.csv(name, lines, "gb18030")
    make.keep(name, rows)


def machines_2024(make: Maker) -> None:
    name = "2024年农机购置补贴资金发放明细表.xls"
    kinds = (("微耕机", "780"), ("旋耕机", "2100"), ("喂入式稻麦联合收割机", "24500"), ("水稻插秧机", "6800"))
    kinds += (("轮式拖拉机", "12800"), ("植保无人驾驶航空器", "9600"), ("打浆机", "630"))
    rng = random.Random(name)
    farmers = make.pick(name, 96, lambda p: 25 <= p.age_on(date(2024, 1, 1)) <= 70 and p.household.mu > 4 and is_bmp(p))
    rows = []
    for person in make.in_order(farmers):
        kind, rate = kinds[min(int(rng.expovariate(0.5)), len(kinds) - 1)]
        count = Decimal(2 if rng.random() < 0.08 else 1)
        phone = "199" + "".join(rng.choices("0123456789", k=8))
        extra = {"machine": kind, "phone": phone}
        rows.append(Row(person, count, Decimal(rate), count * Decimal(rate), person.account, extra=extra))
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    sheet.write_merge(0, 0, 0, 11, "2024年度明白县农机购置补贴资金发放明细表（第一批）")
    titles = ["序 号", "购买者姓  名", "身份 证号", "联系电话", "所在乡镇", "所在村", "组号", "机具名称", "数量（台）"]
    titles += ["单台补贴额（元）", "总补贴额（元）", "银行 账号"]
    lines = [titles]
    for number, row in enumerate(rows, 1):
        place = [row.township, row.village_cell, row.group_cell]
        figures = [row.quantity, row.rate, row.amount]
        line = [number, row.person.name, row.id_cell, row.extra["phone"], *place, row.extra["machine"], *figures]
        lines.append([*line, row.account])
    lines.append(["合计", *[""] * 7, sum((row.quantity for row in rows), Decimal(0)), "", total(rows)])
    lines.append([])
    lines.append(["制表人：", "", "", "复核人：", "", "", "单位负责人："])
    old_cells(sheet, lines, 1)
    book.save(str(make.destination / name))
    make.keep(name, rows)


def returned_land_2024(make: Maker) -> None:
    name = "2024年新一轮退耕还林补助（一村一表）.xlsx"
    rows = []
    for row in make.by_household(2024, "300", lambda household: household.returned_mu):
        row.rate = Decimal("300") if row.place.returned_year == 3 else Decimal("400")
        row.amount = row.quantity * row.rate
        rows.append(row)
    rows.sort(key=lambda row: (row.place.village.code, row.rate, row.place.group))
    book = make.book(name)
    middle = book.add_format({"align": "center", "valign": "vcenter", "border": 1})
    titles = [
        "序号",
        "乡镇",
        "村组",
        "姓名",
        "身份证号",
        "合同面积（亩）",
        "补助标准（元/亩）",
        "补助金额（元）",
        "开户行",
        "一卡通账号",
    ]
    for _, group in by_village(rows):
        village = group[0].place.village
        sheet = book.add_worksheet(f"{village.township[:-1]}{village.name}")
        sheet.merge_range(0, 0, 0, 9, f"{village.township}{village.name}2024年新一轮退耕还林补助兑现表", middle)
        cells(sheet, 1, titles, middle)
        for number, row in enumerate(group):
            place = row.village_cell + row.group_cell
            cells(sheet, 2 + number, [number + 1, row.township, place, row.person.name, row.id_cell, row.quantity])
            cells(sheet, 2 + number, [*[""] * 7, row.amount, "明白农村商业银行", row.account])
        first = 2
        for rate, block in groupby(group, key=lambda row: row.rate):
            last = first + len(list(block)) - 1
            if last > first:
                sheet.merge_range(first, 6, last, 6, float(rate), middle)
            else:
                sheet.write_number(first, 6, float(rate), middle)
            first = last + 1
        area = sum((row.quantity for row in group), Decimal(0))
        cells(sheet, first, ["合计", "", "", "", "", area, "", total(group)], middle)
        sheet.write_string(first + 1, 0, "村委会（盖章）：　　　　　林业站：　　　　　　经办人：")
    book.close()
    make.keep(name, rows)


RESERVOIR = ("张家坪村", "大塘村", "赵家垭村", "龙泉村", "刘家坝村", "马家沟村")


def settlers(make: Maker) -> list[Person]:
    return make.pick(
        "水库移民", 312, lambda p: p.household.village.name in RESERVOIR and p.household.village.code < "990121104"
    )


def reservoir_2024(make: Maker) -> None:
    name = "2024年第三季度水库移民后期扶持直补资金发放表.xlsx"
    rows = make.by_person(settlers(make), "1", lambda _: "150")
    make.spoil(rows, name, digit=1, old=2)
    rng = random.Random(name)
    book = make.book(name)
    day = book.add_format({"num_format": "yyyy/m/d"})
    sheet = book.add_worksheet("发放表")
    cells(sheet, 0, ["大中型水库移民后期扶持直补资金发放表（2024年第三季度）"])
    titles = [
        "序号",
        "乡镇",
        "村",
        "组别",
        "移民姓名",
        "身份证号",
        "联系电话",
        "季度数",
        "标准（元/季）",
        "应发金额",
        "卡号",
        "发放日期",
    ]
    cells(sheet, 1, titles)
    for number, row in enumerate(rows, 1):
        phone = "199" + "".join(rng.choices("0123456789", k=8))
        place = [row.township, row.village_cell, row.group_cell]
        cells(sheet, number + 1, [number, *place, row.person.name, row.id_cell, phone])
        cells(sheet, number + 1, [*[""] * 7, row.quantity, row.rate, row.amount, row.account])
        sheet.write_datetime(number + 1, 11, datetime(2024, 10, 30), day)  # noqa: DTZ001 - a date in a cell
    cells(sheet, len(rows) + 2, ["合计", *[""] * 8, total(rows)])
    sheet.set_column("G:G", None, None, {"hidden": True})
    raw = book.add_worksheet("原始数据(勿动)")
    cells(raw, 0, titles[:7])
    for number, row in enumerate(rows[:40], 1):
        cells(
            raw, number, [number, row.township, row.village_cell, row.group_cell, row.person.name, row.person.id_number]
        )
    raw.hide()
    book.close()
    make.keep(name, rows)


def farmland_2025(make: Maker) -> None:
    name = "2025年耕地地力保护补贴（分村）.xlsx"
    rows = make.by_household(2025, "104.2", lambda household: household.mu)
    make.spoil(rows, name, digit=1, number=1, old=2)
    book = make.book(name)
    bold = book.add_format({"bold": True})
    titles = [
        "序号",
        "乡镇",
        "村",
        "村民小组",
        "姓  名",
        "公民身份号码",
        "计补面积\n（亩）",
        "标准\n（元/亩）",
        "发放金额\n（元）",
        "社保卡号",
    ]
    for _, group in by_village(rows):
        village = group[0].place.village
        sheet = book.add_worksheet(
            village.name if village.name != "新华村" else f"{village.name}（{village.township}）"
        )
        cells(sheet, 0, [f"{village.township}{village.name}2025年耕地地力保护补贴公示表"], bold)
        cells(sheet, 1, titles, bold)
        for number, row in enumerate(group, 1):
            place = [row.township, row.village_cell, row.group_cell]
            figures = [row.quantity, row.rate, row.amount, row.account]
            cells(sheet, number + 1, [number, *place, row.person.name, row.id_cell, *figures])
        area = sum((row.quantity for row in group), Decimal(0))
        cells(sheet, len(group) + 2, ["", "", "合 计", "", "", "", area, "", total(group)], bold)
    book.close()
    make.keep(name, rows)


def farmland_2026(make: Maker) -> None:
    name = "2026年耕地地力保护补贴（公示）.csv"
    rows = make.by_household(2026, "105.8", lambda household: household.mu)
    make.spoil(rows, name, digit=1)
    lines = [["乡镇", "村", "组", "农户姓名", "证件号码", "亩数", "补贴标准", "补贴金额", "一卡通账号", "备注"]]
    for row in rows:
        place = [row.township, row.village_cell, row.group_cell]
        figures = [f"{row.quantity}", f"{row.rate}", f"{row.amount:.2f}"]
        lines.append([*place, row.person.name, row.id_text, *figures, row.account, ""])
    make.csv(name, lines, "utf-8")
    make.keep(name, rows)


def poor_households(make: Maker) -> list[Household]:
    rural = [h for h in make.county.households if not h.village.is_community and "·" not in h.head.name]
    return make.households_in_order(random.Random("低保").sample(rural, 264))


def allowance_rows(make: Maker, month: str, standard: int, households: Sequence[Household]) -> list[Row]:
    rows = []
    for household in households:
        rng = random.Random(f"{household.head.id_number}/{month}")
        covered = min(len(household.members), rng.randint(1, 3))
        each = Decimal(standard - rng.randrange(60, 400, 5))
        rows.append(Row(household.head, Decimal(covered), Decimal(0), each * covered, household.head.account))
    return rows


def allowance_2025(make: Maker) -> None:
    name = "2025年6月农村低保金发放花名册.xlsx"
    rows = allowance_rows(make, "2025-06", 590, poor_households(make))
    make.spoil(rows, name, digit=1, old=1)
    book = make.book(name)
    sheet = book.add_worksheet("农村低保")
    cells(sheet, 0, ["明白县农村最低生活保障金发放花名册"])
    cells(sheet, 1, ["（2025年6月）"])
    titles = [
        "序号",
        "乡镇",
        "行政村",
        "组",
        "户主姓名",
        "身份证号",
        "保障人数（人）",
        "救助类别",
        "致困原因",
        "户月保障金额（元）",
    ]
    cells(sheet, 2, [*titles, "银行账号"])
    rng = random.Random(name)
    line = 3
    for number, row in enumerate(rows, 1):
        place = [row.township, row.village_cell, row.group_cell]
        kind = [rng.choice(("A类", "B类", "C类")), rng.choice(("因病", "因残", "缺劳动力", "因学"))]
        cells(sheet, line, [number, *place, row.person.name, row.id_cell, row.quantity, *kind, row.amount, row.account])
        line += 1
        if number % 90 == 0:
            line += 1  # the clerk leaves a blank line between pages
    persons = sum((row.quantity for row in rows), Decimal(0))
    cells(sheet, line, ["总计", *[""] * 5, persons, "", "", total(rows)])
    cells(sheet, line + 2, ["分管领导：", "", "", "社会救助股：", "", "", "经办："])
    book.close()
    make.keep(name, rows)


def allowance_2026(make: Maker) -> None:
    name = "2026年10月农村低保金发放花名册.xlsx"
    rows = allowance_rows(make, "2026-10", 615, poor_households(make)[6:])
    book = make.book(name)
    sheet = book.add_worksheet("10月")
    cells(sheet, 0, ["2026年10月农村最低生活保障金发放花名册"])
    cells(sheet, 1, ["乡镇", "村", "组", "户主姓名", "身份证号", "保障人口", "发放金额（元）", "一卡通账号"])
    for number, row in enumerate(rows, 2):
        place = [row.township, row.village_cell, row.group_cell]
        cells(sheet, number, [*place, row.person.name, row.id_cell, row.quantity, row.amount, row.account])
    cells(sheet, len(rows) + 2, ["合计", "", "", "", "", sum((r.quantity for r in rows), Decimal(0)), total(rows)])
    book.close()
    make.keep(name, rows)


def old_age_2025(make: Maker) -> None:
    name = "2025年上半年90-99岁老人营养补助发放表.xls"
    people = (p for p in make.county.people if "1927-01-01" <= f"{p.birth}" <= "1934-12-31" and is_bmp(p))
    rows = make.by_person(people, "6", lambda _: "120")
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("营养补助")
    sheet.write_merge(0, 0, 0, 9, "明白县90-99岁老人营养补助发放表")
    sheet.write_merge(1, 1, 0, 9, "所属期：2025年1-6月")
    lines: list[list[object]] = [
        ["序号", "乡镇", "村别", "组别", "姓名", "身份证号码", "月数", "标准（元/月）", "金额（元）", "存折（卡）号"]
    ]
    for number, row in enumerate(rows, 1):
        place = [row.township, row.village_cell, row.group_cell]
        figures = [row.quantity, row.rate, row.amount, row.account]
        lines.append([number, *place, row.person.name, row.id_cell, *figures])
    lines.append(["合计", *[""] * 7, total(rows)])
    old_cells(sheet, lines, 2)
    book.save(str(make.destination / name))
    make.keep(name, rows)


def old_age_2026(make: Maker) -> None:
    name = "2026年上半年90-99岁老人营养补助发放表.xlsx"
    people = (p for p in make.county.people if "1929-01-01" <= f"{p.birth}" <= "1935-12-31")
    rows = make.by_person(people, "6", lambda _: "120")
    book = make.book(name)
    sheet = book.add_worksheet("Sheet1")
    cells(
        sheet,
        0,
        ["乡镇", "村（社区）", "组", "姓名", "身份证号码", "月数", "标准（元/月）", "补助金额（元）", "一卡通账号"],
    )
    for number, row in enumerate(rows, 1):
        place = [row.township, row.village_cell, row.group_cell]
        figures = [row.quantity, row.rate, row.amount, row.account]
        cells(sheet, number, [*place, row.person.name, row.id_cell, *figures])
    cells(sheet, len(rows) + 1, ["合计", "", "", "", "", "", "", total(rows)])
    book.close()
    make.keep(name, rows)


def veterans_2025(make: Maker) -> None:
    name = "2025年6月60周岁以上农村籍退役人员生活补助.csv"
    men = make.pick(name, 84, lambda p: p.sex == "M" and 61 <= p.age_on(date(2025, 6, 1)) <= 80)
    rows = []
    for person in make.in_order(men):
        years = Decimal(random.Random(person.id_number).choice((2, 3, 3, 3, 4, 4, 5, 6, 8)))
        rows.append(Row(person, years, Decimal(62), years * 62, person.account))
    titles = [
        "序号",
        "乡镇",
        "村",
        "组",
        "姓名",
        "身份证号",
        "服役年限",
        "标准(元/年)",
        "发放金额(元)",
        "开户行",
        "账号",
        "备注",
        "备注",
    ]
    lines = [titles]
    for number, row in enumerate(rows, 1):
        place = [row.township, row.village_cell, row.group_cell]
        figures = [f"{row.quantity}", f"{row.rate}", f"{row.amount}"]
        line = [str(number), *place, row.person.name, row.id_text, *figures, "清和银行", row.account]
        lines.append(line if number % 3 else [*line, "", ""])  # some lines end early
    lines.append(["合计", *[""] * 7, f"{total(rows)}"])
    make.csv(name, lines, "gb18030")
    make.keep(name, rows)


def students_2025(make: Maker) -> None:
    name = "2025年秋季学期雨露计划补助花名册.xlsx"

    def fits(person: Person) -> bool:
        return 16 <= person.age_on(date(2025, 9, 1)) <= 20 and person is not person.household.head

    one_each = {person.household: person for person in make.county.people if fits(person)}
    rows = make.by_person(
        make.pick(name, 95, lambda person: one_each.get(person.household) is person), "1", lambda _: "1500"
    )
    for row in rows:
        row.account = row.place.head.account
    book = make.book(name)
    sheet = book.add_worksheet("秋季学期")
    cells(sheet, 0, ["2025年秋季学期雨露计划职业教育补助花名册"])
    titles = [
        "序号",
        "乡镇",
        "村",
        "组",
        "学生姓名",
        "学生身份证号",
        "就读学校",
        "监护人姓名",
        "学期数",
        "补助标准",
        "补助金额",
        "监护人账号",
    ]
    cells(sheet, 1, titles)
    for number, row in enumerate(rows, 1):
        place = [row.township, row.village_cell, row.group_cell]
        school = ["明白县职业教育中心", row.place.head.name]
        cells(sheet, number + 1, [number, *place, row.person.name, row.id_cell, *school])
        cells(sheet, number + 1, [*[""] * 8, row.quantity, row.rate, row.amount, row.account])
    cells(sheet, len(rows) + 2, ["合计", *[""] * 9, total(rows)])
    book.close()
    make.keep(name, rows)


def disabled_life_2025(make: Maker) -> None:
    name = "2025年第三季度困难残疾人生活补贴发放表.xlsx"
    people = make.pick(name, 142, lambda p: p.age_on(date(2025, 7, 1)) >= 8)
    rows = make.by_person(people, "3", lambda _: "100")
    make.spoil(rows, name, digit=1)
    rng = random.Random(name)
    book = make.book(name)
    sheet = book.add_worksheet("困难残疾人")
    cells(sheet, 0, ["明白县困难残疾人生活补贴发放表（2025年7-9月）"])
    titles = [
        "序号",
        "乡镇",
        "村",
        "组",
        "姓名",
        "身份证号",
        "残疾类别",
        "残疾等级",
        "月数",
        "补贴标准（元/月）",
        "补贴金额（元）",
        "一卡通账号",
    ]
    cells(sheet, 1, titles)
    for number, row in enumerate(rows, 1):
        place = [row.township, row.village_cell, row.group_cell]
        kind = [rng.choice(("肢体", "视力", "听力", "智力", "精神")), rng.choice(("二级", "三级", "四级"))]
        cells(sheet, number + 1, [number, *place, row.person.name, row.id_cell, *kind])
        cells(sheet, number + 1, [*[""] * 8, row.quantity, row.rate, row.amount, row.account])
    cells(sheet, len(rows) + 2, ["合计", *[""] * 9, total(rows)])
    book.close()
    make.keep(name, rows)


def disabled_care_2025(make: Maker) -> None:
    name = "2025年第三季度重度残疾人护理补贴发放表.xls"
    people = make.pick(name, 118, lambda p: p.age_on(date(2025, 7, 1)) >= 8 and is_bmp(p))
    rows = make.by_person(people, "3", lambda p: "110" if int(p.id_number[14:17]) % 3 else "90")
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("护理补贴")
    lines: list[list[object]] = [["重度残疾人护理补贴发放表（2025年三季度）"]]
    lines.append(["乡镇", "村", "组", "姓名", "身份证号", "残疾等级", "月数", "补贴标准", "补贴金额", "银行账号"])
    for row in rows:
        place = [row.township, row.village_cell, row.group_cell]
        level = "一级" if row.rate == 110 else "二级"
        figures = [row.quantity, row.rate, row.amount, row.account]
        lines.append([*place, row.person.name, row.id_cell, level, *figures])
    lines.append(["合计", *[""] * 7, total(rows)])
    old_cells(sheet, lines, 0)
    book.save(str(make.destination / name))
    make.keep(name, rows)


def family_planning_2025(make: Maker) -> None:
    name = "2025年农村计划生育家庭奖励扶助金发放名册.xlsx"
    people = make.pick(
        name, 152, lambda p: 61 <= p.age_on(date(2025, 1, 1)) <= 85 and not p.household.village.is_community
    )
    rows = make.by_person(people, "1", lambda _: "960")
    book = make.book(name)
    sheet = book.add_worksheet("奖励扶助")
    cells(sheet, 0, ["2025年农村部分计划生育家庭奖励扶助金发放名册"])
    titles = [
        "序号",
        "乡镇",
        "村",
        "组",
        "姓名",
        "身份证号",
        "年数",
        "扶助标准（元/年）",
        "发放金额（元）",
        "金额大写",
        "账号",
        "出生日期",
    ]
    cells(sheet, 1, titles)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for number, row in enumerate(rows, 1):
        place = [row.township, row.village_cell, row.group_cell]
        figures = [row.quantity, row.rate, row.amount, capitals(row.amount), row.account]
        cells(sheet, number + 1, [number, *place, row.person.name, row.id_cell, *figures])
        sheet.write_datetime(number + 1, 11, datetime.combine(row.person.birth, datetime.min.time()), day)
    cells(sheet, len(rows) + 2, ["合计", *[""] * 7, total(rows)])
    book.close()
    make.keep(name, rows)


def forest_2025(make: Maker) -> None:
    name = "2025年森林生态效益补偿资金兑现表.xlsx"
    rows = make.by_household(2025, "14.5", lambda household: household.wood_mu)
    make.spoil(rows, name, number=1, village="石板沟林场", old=2)
    book = make.book(name)
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet("兑现表")
    cells(sheet, 0, ["明白县2025年森林生态效益补偿资金兑现表"], bold)
    cells(sheet, 1, ["编制单位：明白县林业局", "", "", "", "", "", "", "日期：2025.9.12"])
    titles = [
        "编号",
        "乡 镇",
        "村 组",
        "农户姓名",
        "身份证号码",
        "兑现面积（亩）",
        "补偿标准（元/亩）",
        "兑现金额（元）",
        "惠农卡账号",
        "农户签字",
    ]
    cells(sheet, 2, titles, bold)
    line, number = 3, 0
    for _, group in by_village(rows):
        for row in group:
            number += 1
            place = [row.township, row.village_cell + row.group_cell]
            figures = [row.quantity, row.rate, row.amount, row.account]
            cells(sheet, line, [number, *place, row.person.name, row.id_cell, *figures])
            line += 1
        area = sum((row.quantity for row in group), Decimal(0))
        cells(sheet, line, ["", "", f"{group[0].place.village.name}小计", "", "", area, "", total(group)], bold)
        line += 2
    area = sum((row.quantity for row in rows), Decimal(0))
    cells(sheet, line, ["", "", "合　　计", "", "", area, "", total(rows)], bold)
    cells(sheet, line + 1, ["审核：　　　　　　复核：　　　　　　制表：　　　　　　"])
    book.close()
    make.keep(name, rows)


def reservoir_2026(make: Maker) -> None:
    name = "2026年上半年水库移民后期扶持直补资金发放表.xlsx"
    rows = make.by_person(settlers(make)[4:], "2", lambda _: "150")
    book = make.book(name)
    sheet = book.add_worksheet("2026上半年")
    cells(sheet, 0, ["乡镇", "村", "组别", "移民姓名", "身份证号", "季度数", "标准（元/季）", "应发金额（元）", "卡号"])
    for number, row in enumerate(rows, 1):
        place = [row.township, row.village_cell, row.group_cell]
        figures = [row.quantity, row.rate, row.amount, row.account]
        cells(sheet, number, [*place, row.person.name, row.id_cell, *figures])
    cells(sheet, len(rows) + 1, ["合计", *[""] * 6, total(rows)])
    book.close()
    make.keep(name, rows)


def machines_2025(make: Maker) -> None:
    name = "2025年农机购置与应用补贴（第二批）.xlsx"
    kinds = (("旋耕机", "2000"), ("轮式拖拉机", "12600"), ("谷物干燥机", "18300"), ("履带自走式旋耕机", "15400"))
    rng = random.Random(name)
    farmers = make.pick(name, 72, lambda p: 25 <= p.age_on(date(2025, 1, 1)) <= 70 and p.household.mu > 5)
    rows = []
    for person in make.in_order(farmers):
        kind, rate = rng.choice(kinds)
        rows.append(Row(person, Decimal(1), Decimal(rate), Decimal(rate), person.account, extra={"machine": kind}))
    book = make.book(name)
    sheet = book.add_worksheet("第二批")
    cells(sheet, 0, ["明白县2025年农机购置与应用补贴资金结算表（第二批）"])
    titles = [
        "序号",
        "乡镇",
        "村",
        "组",
        "购机者姓名",
        "身份证号",
        "机具",
        "数量（台）",
        "单台补贴额（元）",
        "补贴金额（万元）",
        "银行账号",
    ]
    cells(sheet, 1, titles)
    for number, row in enumerate(rows, 1):
        place = [row.township, row.village_cell, row.group_cell]
        cells(sheet, number + 1, [number, *place, row.person.name, row.id_cell, row.extra["machine"]])
        cells(sheet, number + 1, [*[""] * 7, row.quantity, row.rate, row.amount / 10000, row.account])
    cells(sheet, len(rows) + 2, ["合计", *[""] * 8, total(rows) / 10000])
    book.close()
    make.keep(name, rows)


def relief_2025(make: Maker) -> None:
    name = "石桥镇2025年第二季度临时救助发放表.csv"
    people = make.pick(name, 61, lambda p: p is p.household.head and p.household.village.township == "石桥镇")
    rows = make.by_person(people, "1", lambda p: str(300 + int(p.id_number[10:14]) % 23 * 100))
    lines = [["村", "组", "申请人姓名", "身份证号", "救助金额", "银行账号"]]
    for row in rows:
        lines.append([row.village_cell, row.group_cell, row.person.name, row.id_text, f"{row.amount}", row.account])
    make.csv(name, lines, "utf-8")
    make.keep(name, rows)


def grants_2026(make: Maker) -> None:
    name = "2026年春季学期中职国家助学金发放名单.xlsx"

    def fits(person: Person) -> bool:
        return 15 <= person.age_on(date(2026, 3, 1)) <= 20 and person is not person.household.head

    rows = make.by_person(make.pick(name, 78, fits), "1", lambda _: "1000")
    book = make.book(name)
    sheet = book.add_worksheet("助学金")
    cells(sheet, 0, ["明白县职业教育中心2026年春季学期国家助学金发放名单"])
    titles = [
        "序号",
        "班级",
        "姓名",
        "身份证号",
        "家庭所在乡镇",
        "家庭所在村",
        "学期数",
        "标准（元/学期）",
        "发放金额（元）",
        "社保卡号",
    ]
    cells(sheet, 1, titles)
    for number, row in enumerate(rows, 1):
        figures = [row.quantity, row.rate, row.amount, row.account]
        line = [
            number,
            f"2025级{number % 4 + 1}班",
            row.person.name,
            row.id_cell,
            row.township,
            row.village_cell,
            *figures,
        ]
        cells(sheet, number + 1, line)
    cells(sheet, len(rows) + 2, ["合计", *[""] * 7, total(rows)])
    book.close()
    make.keep(name, rows)


def flood_2025(make: Maker) -> None:
    name = "2025年7月洪涝灾害救灾款发放花名册.xlsx"
    places = {"双河村", "龙潭村", "大坝村"}
    people = make.pick(name, 64, lambda p: p is p.household.head and p.household.village.name in places)
    rows = make.by_person(people, "1", lambda p: ("500", "1000", "2000", "5000")[int(p.id_number[12:14]) % 4])
    book = make.book(name)
    sheet = book.add_worksheet("救灾款")
    cells(sheet, 0, ["回龙乡“7·12”洪涝灾害救灾款发放花名册"])
    cells(sheet, 1, ["序号", "村", "组", "户主", "身份证号", "救灾款（元）", "账号", "领款人签字"])
    for number, row in enumerate(rows, 1):
        figures = [row.amount, row.account]
        cells(sheet, number + 1, [number, row.village_cell, row.group_cell, row.person.name, row.id_cell, *figures])
    cells(sheet, len(rows) + 2, ["合计", "", "", "", "", total(rows)])
    cells(sheet, len(rows) + 4, ["制表人：", "", "", "乡长："])
    book.close()
    make.keep(name, rows)


ROLLS = (
    *(farmland_2024, grain_2024, machines_2024, returned_land_2024, reservoir_2024, farmland_2025, farmland_2026),
    *(allowance_2025, allowance_2026, old_age_2025, old_age_2026, veterans_2025, students_2025, disabled_life_2025),
    *(disabled_care_2025, family_planning_2025, forest_2025, reservoir_2026, machines_2025, relief_2025),
    *(grants_2026, flood_2025),
)
