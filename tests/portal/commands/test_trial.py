"""mingbai trial: on, off and what it says."""

from __future__ import annotations

from pathlib import Path

from tests.command_line import run


def test_the_command_closes_and_opens_the_site(instance: Path) -> None:
    assert "已正式开通" in run(instance, "trial", "show").stdout
    refused = run(instance, "trial", "on", "--by", "enterer")
    assert (refused.returncode, "由政务公开办办理" in refused.stderr) == (1, True)
    assert "群众看不到了" in run(instance, "trial", "on", "--by", "reviewer").stdout
    assert "起试运行，群众看不到网站" in run(instance, "trial", "show").stdout
    assert "起试运行，群众看不到网站" in run(instance, "doctor").stdout
    assert run(instance, "trial", "on", "--by", "reviewer").returncode == 1
    assert "正式开通了" in run(instance, "trial", "off", "--by", "reviewer").stdout
    assert "已正式开通" in run(instance, "trial", "show").stdout
