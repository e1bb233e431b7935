"""`mingbai precheck FILE…`: lists the personal data in files somebody is about to publish."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import click

from portal.intake.precheck import KINDS, FileReport, check_file, files_to_check, passed_over

PLACES_SHOWN = 20


@click.command()
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出 JSON：files → path、findings（kind、place）")
def precheck(paths: tuple[Path, ...], as_json: bool) -> None:
    """公开之前先查一遍：列出文件（或文件夹）里的身份证号、账号、电话和完整姓名列在哪里，不显示内容本身。

    能查 .xlsx .xls .csv .docx .pdf .html .txt，隐藏的行、列、工作表、批注和文件属性也查。
    查到任何一处，或有文件查不了，退出码为 1。
    """
    reports = []
    for path in files_to_check(paths):
        report = check_file(path)
        reports.append(report)
        if not as_json:
            _show(report)
    found = any(report.findings for report in reports)
    if as_json:
        click.echo(json.dumps({"files": [report.as_json() for report in reports]}, ensure_ascii=False))
    else:
        _sum_up(reports, passed_over(paths))
    if found:
        sys.exit(1)


def _show(report: FileReport) -> None:
    if not report.findings:
        click.echo(f"{report.path}：没有发现")
        return
    counts = Counter(finding.kind for finding in report.findings)
    click.echo(f"{report.path}：" + "，".join(f"{KINDS[kind]} {counts[kind]} 处" for kind in KINDS if counts[kind]))
    for kind in KINDS:
        places = Counter(finding.place for finding in report.findings if finding.kind == kind)
        for place, times in list(places.items())[:PLACES_SHOWN]:
            click.echo(f"  {KINDS[kind]}：{place}" + (f"（{times} 处）" if times > 1 else ""))
        if len(places) > PLACES_SHOWN:
            click.echo(f"  {KINDS[kind]}：……还有 {len(places) - PLACES_SHOWN} 个位置，加 --json 看全部")


def _sum_up(reports: list[FileReport], not_looked_at: int) -> None:
    click.echo("")
    if not reports:
        click.echo("没有找到要检查的文件。请检查路径")
    found = [report for report in reports if report.findings]
    if found:
        click.echo(
            f"共检查 {len(reports)} 个文件，{len(found)} 个有问题。公开之前请这样做：\n"
            "  1. 身份证号、银行账号、电话：整列删除，不要只是隐藏；部分遮盖的身份证号也要删除，一位都不要留。\n"
            "  2. 完整姓名：改成遮盖后的姓名（如 张*、张*三）。\n"
            "  3. 隐藏的行、列、工作表和批注：取消隐藏，核对后删除；再用“文件—检查文档”清除属性。\n"
            "  4. 无法检查的：请人工逐页查看；扫描件、图片里的个人信息同样不能公开。\n"
            "  5. 改好后另存为新文件，再检查一遍。查出的是线索，是否属于个人信息由您判断。"
        )
    elif reports:
        click.echo(f"共检查 {len(reports)} 个文件，没有发现身份证号、银行账号、电话和完整姓名列。仍请人工再看一遍")
    if not_looked_at:
        click.echo(f"另有 {not_looked_at} 个图片、音视频或字体文件没有检查，请人工查看")
