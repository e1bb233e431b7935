"""mingbai init · migrate · doctor · demo · serve"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from portal.actions import setup
from portal.actions.releases import publish_site
from portal.commands.console import Console, pass_console, progress, show_findings
from portal.commands.demo_cases import make_sealing_keys, play_cases
from portal.commands.follow import beside
from portal.commands.staff import initial_password
from portal.domain.board_records import PHOTO_SIDE, Photo
from portal.domain.case_routing import READERS
from portal.domain.findings import Refused
from portal.ledger import schema
from portal.ledger.engine import Ledger
from portal.queries.publishing import publishing_now, trial_since
from portal.security import board_names, keys, sealing
from portal.security.attachments import Upload, read_photo

_DEMO_SPACE = 512 * 1024 * 1024


@click.command()
@pass_console
def init(console: Console) -> None:
    """建立 instance/：数据库和密钥（文件权限 0600）。已有的不动。"""
    make_instance(console)
    click.echo(f"已就绪：{console.config.instance}。密钥请另外备份：mingbai backup --keys")


def make_instance(console: Console) -> None:
    console.config.instance.mkdir(parents=True, exist_ok=True)
    keys.create_keys(console.config.keys)
    ledger = Ledger(console.config.database_url)
    if ledger.is_sqlite and ledger.url.database:
        Path(ledger.url.database).touch(mode=0o600)  # its -wal and -shm files take the same mode
    schema.migrate(ledger)
    ledger.close()


@click.command()
@pass_console
def migrate(console: Console) -> None:
    """把数据库升级到本程序需要的版本。"""
    ledger = Ledger(console.config.database_url)
    click.echo(f"数据库版本：{schema.migrate(ledger)}")
    ledger.close()


@click.command()
@pass_console
def doctor(console: Console) -> None:
    """检查这套安装：数据库、密钥、规则、磁盘、站点。"""
    problems = 0
    checks: dict[str, Callable[[], str]] = {
        "数据库": lambda: _database(console),
        "密钥": lambda: _keys(console),
        "封存密钥": lambda: _sealing_keys(console),
        "规则文件": lambda: f"{len(console.rules.flows)} 种办理流程，{len(console.rules.header_map.fields)} 种列",
        "磁盘": lambda: _disk(console),
        "站点": lambda: str(console.site.root() or "还没有生成，请运行 mingbai build"),
        "开通": lambda: _trial(console),
        "发布": lambda: publishing_now(console.ledger).in_words(datetime.now(UTC)),
    }
    for name, check in checks.items():
        try:
            click.echo(f"✓ {name}：{check()}")
        except (Refused, OSError, ValueError, KeyError) as error:
            problems += 1
            click.echo(f"✗ {name}：{error}")
    if problems:
        raise SystemExit(1)


def _database(console: Console) -> str:
    with console.ledger.read() as connection:
        return f"{console.ledger.url.get_backend_name()}，版本 {schema.current_revision(connection)}"


def _keys(console: Console) -> str:
    forbidden = keys.MUST_NOT_HOLD[console.config.role]
    if keys.IDENTITY not in forbidden:
        keys.load_digester(console.config.keys)
        if board_names.sealer(console.config.keys) is None:
            raise Refused("没有封存公示栏全名的密钥，请运行 mingbai init")
    if keys.RELEASE_PRIVATE not in forbidden:
        keys.load_signing_key(console.config.keys)
    if loose := keys.loose_files(console.config.keys):
        raise Refused(f"这些密钥文件别人也能读，请改为 0600：{'、'.join(loose)}")
    return str(console.config.keys)


def _trial(console: Console) -> str:
    since = trial_since(console.ledger)
    return f"{since} 起试运行，群众看不到网站" if since else "已正式开通，谁都能看"


def _sealing_keys(console: Console) -> str:
    """Whether complaints can be sealed, and whether what opens them lies where it may."""
    folder = console.config.keys
    keys.refuse_foreign_keys(folder, console.config.role)
    if missing := [word for reader, word in READERS.items() if not (folder / sealing.public_name(reader)).exists()]:
        return f"{'、'.join(missing)}的还没有，网上反映收不了件。请运行 mingbai keys seal"
    if all((folder / sealing.private_name(reader)).exists() for reader in READERS):
        return f"都有。两家的私钥放在一起：演示可以，正式使用请各自保管，移出 {folder}"
    return "都有，打得开的私钥不在一起"


def _disk(console: Console) -> str:
    free = shutil.disk_usage(console.config.instance).free
    if free < _DEMO_SPACE:
        raise Refused(f"只剩 {free // 2**20} MB，请清理磁盘")
    return f"剩余 {free // 2**30} GB"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64))
@pass_console
def serve(console: Console, host: str, port: int, workers: int) -> None:
    """启动服务（granian）：站点、搜索、查询、办公端，按 MINGBAI_ROLE。自动发布另外运行：mingbai build --follow"""
    keys.refuse_foreign_keys(console.config.keys, console.config.role)
    if console.site.root() is None:
        raise Refused("站点还没有生成。请先运行 mingbai build", "site.missing")
    run_server(console, host, port, workers)


def run_server(console: Console, host: str, port: int, workers: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    console.ledger.close()
    Granian(
        "wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=1,
        factory=True,
    ).serve()


_DEMO_DESK: Final = (
    "guanli 管理员、yuhua 城关镇财政所、liuyang 农业农村局、wangfang 政务公开办、nongshang 农商行、"
    "malin 王村文书、xinfang 信访局受理、duban 信访局复核、jijian 纪检监察、shenji 审计"
)


def demo_photo(path: Path) -> Photo:
    """A picture of the demo's, made anew as one that is uploaded."""
    return read_photo(Upload(path.name, path.read_bytes()), side=PHOTO_SIDE)


@click.command()
@click.option("--no-serve", is_flag=True, help="只导入和生成，不启动服务")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--mistakes", "show_mistakes", is_flag=True, help="看看程序对各种错误文件怎么说")
@pass_console
def demo(console: Console, no_serve: bool, port: int, show_mistakes: bool) -> None:
    """演示：虚构的明白县，从清册到网站。再运行一次很快，也不会重复写入。"""
    make_instance(console)
    passphrase = make_sealing_keys(console.config)
    bar, move = progress(quiet=False)
    with bar:
        rolls = setup.set_up_demo(console.office, console.config.content, demo_photo, move)
        cases = play_cases(console.config, console.office, move)
    if show_mistakes:
        for name, told in setup.mistakes(console.office, console.config.content):
            click.echo(f"\n── {name}")
            show_findings(told.findings)
        return
    with bar:
        release = publish_site(console.ledger, console.site, console.office.today, move)
    click.echo(f"演示县：{rolls} 份清册，{release.pages} 个页面（新生成 {release.rebuilt} 个）。")
    initial = setup.open_demo_desk(console.office, console.config.content, lambda: initial_password(console))
    said = f"初始密码都是 {initial} （只显示这一次）" if initial else "密码已有（忘了：mingbai staff password 用户名）"
    click.echo(f"办公端 /desk ：{said}。可以用这些用户名：{_DEMO_DESK}；全部见 mingbai staff list")
    if passphrase:
        click.echo(f"封存投诉内容的口令：{passphrase} （受理科室和纪检监察共用一个，只为演示；只显示这一次）")
    if cases:
        click.echo(f"投诉件：{cases} 件，用 xinfang、duban 登录。")
    if no_serve:
        click.echo(f"站点文件在 {console.site.root()}；启动：mingbai serve --port {port}")
        return
    click.echo(f"请用浏览器打开 http://127.0.0.1:{port}/ （按 Ctrl+C 停止）")
    with beside():
        run_server(console, "127.0.0.1", port, workers=1)
