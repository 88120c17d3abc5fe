"""``stdrules check``: everything that is wrong with a ruleset."""

from __future__ import annotations

import json

import click

from stdrules.api.checking import Checked, check_several
from stdrules.api.loading import list_rulesets, load, locate
from stdrules.api.profile import check_profile
from stdrules.base.diagnostics import Severity, render_all
from stdrules.base.text import counted
from stdrules.cli.command import LocalCommand
from stdrules.cli.options import output, shared
from stdrules.cli.output import Terminal
from stdrules.load.discovery import edition_findings
from stdrules.load.files import read_folder


def build(terminal: Terminal) -> click.Command:
    """Build the command in a language."""
    say = terminal.say

    def run(
        rulesets: tuple[str, ...], every: bool, strict: bool, profile: str | None, form: str
    ) -> int:
        if bool(rulesets) == every:
            raise click.UsageError(say("请给出规则集，或用 --all", "give a ruleset, or --all"))
        if profile is not None and len(rulesets) != 1:
            raise click.UsageError(say("--profile 只用于一个规则集",
                                       "--profile goes with one ruleset"))  # fmt: skip
        results = check_several(map(locate, rulesets)) if rulesets else _installed()
        if profile is not None:
            results.append(check_profile(profile, load(rulesets[0]).source))
        if form == "json":
            terminal.write(json.dumps([_as_json(r) for r in results], ensure_ascii=False,
                                      sort_keys=True, indent=2))  # fmt: skip
        else:
            for result in results:
                terminal.write(_as_text(result, terminal, form == "concise"))
        return _exit_code(results, strict)

    return LocalCommand(
        terminal,
        "check",
        callback=run,
        help=say(
            "检查规则集：格式、名称、表达式、条款台账与测试的齐备。"
            "退出码：1 有错误（--strict 时含警告），2 无法加载或编译。",
            "Check a ruleset: format, names, expressions, the ledger of clauses, and that it has "
            "the tests it needs. Exit code 1: errors (with --strict: or warnings), "
            "2: it does not load or compile.",
        ),
        params=[
            click.Argument(["rulesets"], nargs=-1, metavar=say("规则集或路径", "RULESET|PATH")),
            click.Option(["--all", "every"], is_flag=True,
                         help=say("全部已安装的规则集", "all installed rulesets")),
            click.Option(["--strict"], is_flag=True,
                         help=say("警告也算发现", "warnings count as findings")),
            click.Option(["--profile"], metavar=say("文件", "FILE"),
                         type=click.Path(dir_okay=False),
                         help=say("一并检查该规则集的方案",
                                  "check a profile for the ruleset too")),
            output(say, ("text", "concise", "json")),
            *shared(say),
        ],
    )  # fmt: skip


def _installed() -> list[Checked]:
    listing = list_rulesets()
    found = check_several(read_folder(e.folder, e.name) for e in listing.editions)
    loose = [*listing.findings, *edition_findings(listing)]
    if loose:
        found.append(Checked("stdrules.rulesets", tuple(loose), True, {}))
    return found


def _exit_code(results: list[Checked], strict: bool) -> int:
    if any(not result.usable for result in results):
        return 2
    return int(any(r.errors or (strict and r.warnings) for r in results))


def _as_text(result: Checked, terminal: Terminal, concise: bool) -> str:
    totals, say = result.totals, terminal.say
    head = say(
        f"{result.name}：{result.errors} 个错误，{result.warnings} 个警告",
        f"{result.name}: {counted(result.errors, 'error')}, "
        f"{counted(result.warnings, 'warning')}",
    )
    if totals:
        head += say(
            f"；{totals['norms']} 条规范，{totals['cases']} 个测试；"
            f"台账 {totals['statements']} = 已编码 {totals['encoded']} + 辅助 {totals['assisted']}"
            f" + 不可评价 {totals['not_evaluable']} + 资料性 {totals['informative']}",
            f"; {counted(totals['norms'], 'norm')}, {counted(totals['cases'], 'test')}; "
            f"ledger {totals['statements']} = {totals['encoded']} encoded + "
            f"{totals['assisted']} assisted + {totals['not_evaluable']} not evaluable + "
            f"{totals['informative']} informative",
        )
    if not result.findings:
        return head
    if concise:
        lines = [f.render(terminal.lang, terminal.color).split("\n")[0] for f in result.findings]
        return "\n".join([*lines, head])
    ranks = [Severity.INFO, Severity.WARNING, Severity.ERROR]
    # Errors last: they stay in view when many warnings scroll by.
    groups = [[f for f in result.findings if f.severity is rank] for rank in ranks]
    shown = [render_all(group, terminal.lang, terminal.color) for group in groups if group]
    return "\n\n".join([*shown, head])


def _as_json(result: Checked) -> dict[str, object]:
    return {
        "ruleset": result.name,
        "usable": result.usable,
        "totals": dict(result.totals),
        "errors": result.errors,
        "warnings": result.warnings,
        "diagnostics": [finding.to_json() for finding in result.findings],
    }
