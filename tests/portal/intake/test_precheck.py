"""precheck names every place with personal data in files of every kind, and never the data itself."""

from __future__ import annotations

import json
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import xlsxwriter
import xlwt
from click.testing import CliRunner, Result

from portal.commands.precheck import precheck
from portal.intake.inspect_cells import kinds_in, kinds_in_cell
from portal.intake.name_columns import ColumnOfNames, looks_like_a_name
from portal.intake.precheck import check_file
from tests.people import make_account, make_id

PERSON = make_id("19900101", 123)
CARD = make_account(217001234567890)
NAMES = ["张小三", "李四", "王二麻", "欧阳娜娜", "买买提·艾力", "赵钱"]
MASKED = ["张*三", "李*", "王某某", "欧**娜", "买**力", "赵×"]


def found(path: Path) -> set[tuple[str, str]]:
    return {(finding.kind, finding.place) for finding in check_file(path).findings}


def run(*paths: Path, as_json: bool = False) -> Result:
    return CliRunner().invoke(precheck, [*map(str, paths), *(["--json"] if as_json else [])])


def written(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


# Spreadsheets


@pytest.fixture
def roll(tmp_path: Path) -> Path:
    """Personal data in plain sight, in hidden rows, columns and sheets, in a note and in the properties."""
    path = tmp_path / "roll.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("王村")
        sheet.write_row(0, 0, ["耕地地力保护补贴清册"])
        sheet.write_row(1, 0, ["序号", "农户姓名", "身份证号", "电话", "账号", "金额"])
        sheet.write_row(2, 0, [1, "张小三", PERSON, 13812345678, CARD, 304])
        sheet.write_row(3, 0, [2, "李*", int(PERSON), "", "6217", 95.5])
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.set_column(4, 4, None, None, {"hidden": True})
        sheet.write_comment(2, 5, f"原身份证号 {PERSON}")
        sheet.set_header(f"&C{CARD}")
        draft = book.add_worksheet("底稿")
        draft.write(4, 2, f"卡号 {CARD}")
        draft.hide()
        book.set_properties({"comments": "联系 13812345678"})
    return path


def test_xlsx_in_sight_and_out_of_sight(roll: Path) -> None:
    assert found(roll) == {
        ("id", "工作表“王村” 第 3 行 C 列"),
        ("phone", "工作表“王村” 第 3 行 D 列"),
        ("account", "工作表“王村” 第 3 行 E 列（隐藏列）"),
        ("id", "工作表“王村” 第 4 行（隐藏行） C 列"),
        ("name", "工作表“王村” B 列"),
        ("id", "工作表“王村” 第 3 行 F 列的批注"),
        ("account", "工作表“王村” 的页眉、页脚、数据验证或链接"),
        ("account", "工作表“底稿”（隐藏） 第 5 行 C 列"),
        ("phone", "文件属性"),
    }


def test_xls_with_notes_and_hidden_parts(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("王村")
    sheet.write(0, 0, PERSON)
    sheet.row(0).hidden = True
    sheet.write(1, 1, CARD)
    sheet.col(1).hidden = True
    hidden = book.add_sheet("底稿")
    hidden.write(0, 0, "13812345678")
    hidden.visibility = 1
    path = tmp_path / "a.xls"
    book.save(str(path))
    assert found(path) == {
        ("id", "工作表“王村” 第 1 行（隐藏行） A 列"),
        ("account", "工作表“王村” 第 2 行 B 列（隐藏列）"),
        ("phone", "工作表“底稿”（隐藏） 第 1 行 A 列"),
    }


def test_drawings_pivot_caches_and_embedded_files(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("王村")
        sheet.write(0, 0, "合计")
        sheet.insert_textbox(3, 3, f"说明：{PERSON}")
        sheet.data_validation(0, 1, 5, 1, {"validate": "list", "source": [PERSON, "x"]})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/pivotCache/pivotCacheRecords1.xml", f'<r><s v="{CARD}"/></r>')
        archive.writestr("xl/embeddings/oleObject1.bin", b"x")
    assert found(path) == {
        ("id", "图形、文本框或批注框"),
        ("id", "工作表“王村” 的页眉、页脚、数据验证或链接"),
        ("account", "数据透视表缓存（看不见的原始数据）"),
        ("unreadable", "嵌入在工作簿里的文件（无法检查，请人工查看）"),
    }


def test_digits_in_boxes_are_one_number(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "表"
    book.active.append(["身份证号码", *PERSON])
    path = tmp_path / "a.xlsx"
    book.save(path)
    assert found(path) == {("id", "工作表“表” 第 1 行 B–S 列")}


def test_an_id_in_a_sheet_s_name_is_found_and_not_repeated(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = PERSON
    book.active.append([PERSON])
    path = tmp_path / "a.xlsx"
    book.save(path)
    report = check_file(path)
    assert {finding.kind for finding in report.findings} == {"id"}
    assert "工作表名称" in {finding.place for finding in report.findings}
    assert PERSON not in str(report)


@pytest.mark.parametrize(
    ("value", "header", "kinds"),
    [
        (PERSON, "", ["id"]),
        (Decimal("5.12324199100101E+17"), "", ["id"]),
        (5.12324199100101e17, "", ["id"]),
        ("5.12324199100101E+17", "", ["id"]),
        ("5.12324E+17", "id", ["id"]),
        (Decimal("6.21700123456789E+18"), "", ["account"]),
        (Decimal("1.23456789012345E+16"), "account", ["account"]),
        (990121900101123, "", ["id"]),
        (13812345678, "", ["phone"]),
        (PERSON[:-1] + "?", "id", []),
        (PERSON[:-1] + str((int(PERSON[-1]) + 1) % 10), "id", ["id"]),
        (PERSON[:-1] + str((int(PERSON[-1]) + 1) % 10), "", []),
        ("12345678901", "account", ["account"]),
        ("12345678901", "", []),
        (304, "", []),
        (Decimal("304.5"), "", []),
        (990121001001, "", []),
    ],
)
def test_cells(value: str | int | float | Decimal, header: str, kinds: list[str]) -> None:
    assert list(kinds_in_cell(value, header)) == kinds


@pytest.mark.parametrize(
    "text",
    [
        "990121********0012",
        "990121****0012",
        "990121199001******",
        "********19900101**",
        "990121XXXXXXXX0012",
        "9901**********0012",
        "身份证 990121＊＊＊＊＊＊＊＊0012，",
        "99012119900101****",
    ],
)
def test_a_partly_masked_id_still_tells_too_much(text: str) -> None:
    assert list(kinds_in(text)) == ["partial-id"]


@pytest.mark.parametrize(
    "text", ["******************", "138****1234", "6228********1234567", "622848****1234", "***", "张**"]
)
def test_other_masks_are_no_partial_id(text: str) -> None:
    assert list(kinds_in(text)) == []


# Columns of names


def column(cells: list[str]) -> bool:
    names = ColumnOfNames()
    for cell in cells:
        names.add(cell)
    return names.holds_full_names


def test_columns_of_full_names() -> None:
    assert column(["户主姓名", "张*三", "李四"])
    assert column(["姓  名", "李四"])
    assert column(["购买者姓名", "买买提·艾力"])
    assert column(NAMES)
    assert column(["某县清册", "第一批", *NAMES, "合计", "制表人：", "审核人："])
    assert column([*NAMES[:4], "x"]) is False


def test_other_columns_are_no_names() -> None:
    assert not column(["姓名", *MASKED])
    assert not column(MASKED)
    assert not column(["村名", "王村", "李家村", "张家组", "高山镇", "周庄社区", "马场村"])
    assert not column(["王庄"] * 30)
    assert not column(["发放成功"] * 30)
    assert not column(["与户主关系", "本人", "配偶", "长子"])
    assert not column(["项目名称", "耕地补贴", "农机补贴"])
    assert not column(["失败原因", "户名不符", "已销户", "姓名或证件号不符", "余户"])
    assert not column(["备注", "死亡", "迁出", "重复", "其他", "退票"])


def test_a_name_must_begin_like_one() -> None:
    assert looks_like_a_name("张三")
    assert looks_like_a_name("欧阳娜娜")
    assert not looks_like_a_name("张村")
    assert not looks_like_a_name("发放")
    assert not looks_like_a_name("张某某")


# Word


DOCUMENT = """<w:document xmlns:w="w" xmlns:mc="mc"><w:body>{}</w:body></w:document>"""


def paragraph(text: str, properties: str = "") -> str:
    """One paragraph whose letters sit in two runs, as Word likes to split them."""
    half = len(text) // 2
    runs = (f"<w:r><w:rPr>{properties}</w:rPr><w:t>{part}</w:t></w:r>" for part in (text[:half], text[half:]))
    return f"<w:p>{''.join(runs)}</w:p>"


def table(rows: list[list[str]]) -> str:
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def make_docx(path: Path, body: str, **parts: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", DOCUMENT.format(body))
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return path


def test_docx_paragraphs_tables_and_margins(tmp_path: Path) -> None:
    around = '<w:x xmlns:w="w">{}</w:x>'
    path = make_docx(
        tmp_path / "a.docx",
        paragraph("公示")
        + paragraph(f"身份证号 {PERSON}")
        + table([["无"]])
        + table([["序号", "姓名", "身份证"], ["1", "张小三", PERSON], ["2", "李*", "无"]])
        + paragraph("电话 13812345678", "<w:vanish/>")
        + paragraph("电话 13812345679", '<w:vanish w:val="0"/>')
        + f"<w:p><w:del><w:r><w:delText>{CARD}</w:delText></w:r></w:del></w:p>",
        word__header1=around.format(paragraph(PERSON)),
        word__footer1=around.format(paragraph("13812345678")),
        word__comments=around.format(f"<w:comment>{paragraph(CARD)}</w:comment>"),
        docProps__core=f"<a><b>{PERSON}</b></a>",
    )
    assert found(path) == {
        ("id", "段落 2"),
        ("id", "第 2 个表格第 2 行第 3 列"),
        ("name", "第 2 个表格第 2 列"),
        ("phone", "段落 3（隐藏文字）"),
        ("phone", "段落 4"),
        ("account", "段落 5（已删除的修订）"),
        ("id", "页眉 段落 1"),
        ("phone", "页脚 段落 1"),
        ("account", "批注 段落 1"),
        ("id", "文件属性"),
    }


def test_docx_text_boxes_are_read_once_and_merged_cells_keep_columns(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{paragraph(PERSON)}</w:txbxContent>"
    both = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    wide = '<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p/></w:tc>'
    path = make_docx(
        tmp_path / "a.docx",
        f"<w:p><w:r><w:t>12</w:t></w:r><w:r>{both}</w:r></w:p>"
        f"<w:tbl><w:tr>{wide}<w:tc>{paragraph(CARD)}</w:tc></w:tr></w:tbl>",
    )
    findings = check_file(path).findings
    assert [(finding.kind, finding.place) for finding in findings] == [
        ("id", "段落 1"),
        ("account", "第 1 个表格第 1 行第 3 列"),
    ]


def test_docx_of_pictures_only_cannot_be_checked(tmp_path: Path) -> None:
    path = make_docx(tmp_path / "a.docx", "<w:p/>")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("word/media/image1.png", b"x")
    assert {kind for kind, _ in found(path)} == {"unreadable"}


def test_docx_with_entities_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>')
    assert {kind for kind, _ in found(path)} == {"unreadable"}


# PDF


def make_pdf(path: Path, pages: list[str], picture: bool = False) -> Path:
    """Pages of text in a built-in font (digits and Latin letters), the last one perhaps only a picture."""
    document = pypdfium2.PdfDocument.new()
    for text in pages:
        page = document.new_page(595, 842)
        for number, line in enumerate(text.split("\n")):
            words = pdfium.FPDFPageObj_NewTextObj(document, b"Helvetica", 12.0)
            letters = line.encode("utf-16-le") + b"\0\0"
            pdfium.FPDFText_SetText(words, (pdfium.c_ushort * (len(letters) // 2)).from_buffer_copy(letters))
            pdfium.FPDFPageObj_Transform(words, 1, 0, 0, 1, 50, 800 - 20 * number)
            pdfium.FPDFPage_InsertObject(page, words)
        page.gen_content()
    if picture:
        page = document.new_page(595, 842)
        image = pypdfium2.PdfImage.new(document)
        image.set_bitmap(pypdfium2.PdfBitmap.new_native(8, 8, pdfium.FPDFBitmap_BGR))
        image.set_matrix(pypdfium2.PdfMatrix().scale(400, 400))
        page.insert_obj(image)
        page.gen_content()
    document.save(path)
    document.close()
    return path


def test_pdf_pages_and_scans(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf", ["nothing", f"no {PERSON}", f"{CARD[:4]} {CARD[4:8]}", "13812345678"], True)
    assert found(path) == {
        ("id", "第 2 页"),
        ("phone", "第 4 页"),
        ("unreadable", "第 5 页（扫描件，无法检查，请人工查看）"),
    }


def test_pdf_number_broken_over_two_lines(tmp_path: Path) -> None:
    assert found(make_pdf(tmp_path / "a.pdf", [f"{PERSON[:12]}\n{PERSON[12:]}"])) == {("id", "第 1 页")}


def test_pdf_damaged_is_said(tmp_path: Path) -> None:
    assert {kind for kind, _ in found(written(tmp_path / "a.pdf", b"%PDF-1.7\nnothing"))} == {"unreadable"}


# Pages and text


def test_html_tables_paragraphs_and_source(tmp_path: Path) -> None:
    rows = "".join(f"<tr><td>{number}</td><td>{name}</td></tr>" for number, name in enumerate(NAMES))
    path = written(
        tmp_path / "a.html",
        f"<h1>公示</h1><p>电话 138<b>1234</b>5678</p><!-- {CARD} -->"
        f"<table><tr><td>x</td></tr></table>"
        f"<table><tr><th>序号<th>姓名</tr>{rows}<tr><td colspan=2>x</td><td>{PERSON[:7]}<i>{PERSON[7:]}</i></td></table>",
    )
    assert found(path) == {
        ("phone", "段落 2"),
        ("account", "网页源代码（看不见的属性、注释或脚本）"),
        ("name", "第 2 个表格第 2 列"),
        ("id", "第 2 个表格第 8 行第 3 列"),
    }


def test_csv_and_text(tmp_path: Path) -> None:
    rows = "姓名,账号,备注\n李四,12345678901,无\n张*三,,990121********0012\n"
    assert found(written(tmp_path / "a.csv", rows.encode("gb18030"))) == {
        ("name", "A 列"),
        ("account", "第 2 行 B 列"),
        ("partial-id", "第 3 行 C 列"),
    }
    assert found(written(tmp_path / "a.txt", f"第一行\n{PERSON} 和 {PERSON}\n")) == {("id", "第 2 行")}
    assert found(written(tmp_path / "b.txt", "序号\t姓名\n1\t李四\n")) == {("name", "B 列")}
    assert found(written(tmp_path / "b.csv", f'a,b\n"x{PERSON}\n')) == {("id", "第 2 行")}
    headerless = "".join(f"{number},{name},95\n" for number, name in enumerate(NAMES))
    assert found(written(tmp_path / "bank.csv", headerless)) == {("name", "B 列")}


# The command


def test_clean_files_pass(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["序号", "姓名", "村组", "面积", "标准", "金额", "日期"])
    for number, name in enumerate(MASKED):
        book.active.append([number, name, "王村三组", 3.21, 95, 304.95, "2024-05-01"])
    book.save(tmp_path / "a.xlsx")
    written(tmp_path / "a.html", "<p>明财农〔2022〕7号，区划 990121001001，合计 304.00 95.00</p>")
    written(tmp_path / "a.txt", "监督电话 12345")
    make_docx(tmp_path / "a.docx", paragraph("公示") + table([["姓名"], ["张*三"]]))
    make_pdf(tmp_path / "a.pdf", ["304.00 95.00"])
    result = run(tmp_path)
    assert result.exit_code == 0, result.output
    assert "共检查 5 个文件，没有发现" in result.output


def test_json_is_what_the_contract_says(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", PERSON)
    clean = written(tmp_path / "b.txt", "x")
    result = run(path, clean, as_json=True)
    assert result.exit_code == 1
    assert json.loads(result.output) == {
        "files": [
            {"path": str(path), "findings": [{"kind": "id", "place": "第 1 行"}]},
            {"path": str(clean), "findings": []},
        ]
    }


@pytest.mark.parametrize("as_json", [False, True])
def test_no_value_is_ever_printed(roll: Path, as_json: bool) -> None:
    named = roll.rename(roll.with_name(f"{PERSON}.xlsx"))
    result = run(named, as_json=as_json)
    assert result.exit_code == 1
    assert "文件名" in result.output
    for value in (PERSON, CARD, "13812345678", "张小三"):
        assert value not in result.output


def test_words_say_how_many_and_what_to_do(roll: Path) -> None:
    output = run(roll).output
    assert "身份证号 3 处" in output
    assert "隐藏列" in output
    assert "整列删除" in output


def test_folders_are_searched_through_and_pictures_counted(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    written(tmp_path / "below" / "a.txt", PERSON)
    written(tmp_path / "~$a.xlsx", b"lock\x00")
    written(tmp_path / "photo.jpg", b"\xff\xd8\x00")
    result = run(tmp_path)
    assert result.exit_code == 1
    assert "共检查 1 个文件" in result.output
    assert "另有 1 个图片" in result.output


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"PK\x03\x04rest"])
def test_what_cannot_be_read_is_not_called_clean(tmp_path: Path, data: bytes) -> None:
    result = run(written(tmp_path / "a.xlsx", data), as_json=True)
    assert result.exit_code == 1
    (finding,) = json.loads(result.output)["files"][0]["findings"]
    assert finding["kind"] == "unreadable"


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    result = run(tmp_path / "none.xlsx")
    assert result.exit_code == 1
    assert "找不到这个文件" in result.output


def test_long_lists_are_cut_for_people_only(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", "\n".join([PERSON] * 50))
    assert "还有 30 个位置" in run(path).output
    assert len(json.loads(run(path, as_json=True).output)["files"][0]["findings"]) == 50
