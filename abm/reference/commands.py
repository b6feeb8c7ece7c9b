"""The commands of ``abm``, from the help texts of the command line itself."""

from typing import Any

import typer

from abm.reference.markdown import code, table


def commands() -> str:
    """Every command: what it does, how it is called, what it takes."""
    from abm.cli import app

    group: Any = typer.main.get_command(app)
    found = [(name, group.commands[name]) for name in sorted(group.commands)]
    index = table(
        ("command", "does"),
        [(f"[`abm {name}`](#abm-{name})", _summary(command)) for name, command in found],
    )
    return "\n\n".join([index, *(_section(name, command) for name, command in found)])


def _section(name: str, command: Any) -> str:
    parts = [f"## `abm {name}`", "\n".join(_paragraphs(command.help or ""))]
    parts.append(f"```text\nabm {name} {' '.join(_usage(command))}".rstrip() + "\n```")
    rows = [(_spelling(p), p.help or "", _default(p)) for p in command.params if not _hidden(p)]
    if rows:
        parts.append(table(("argument or option", "meaning", "default"), rows))
    if command.epilog:
        parts.append(_example(command.epilog))
    return "\n\n".join(parts)


def _summary(command: Any) -> str:
    return (_paragraphs(command.help or "") or [""])[0]


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def _usage(command: Any) -> list[str]:
    shown = [p for p in command.params if not _hidden(p)]
    pieces = ["[OPTIONS]"] if any(_is_option(p) for p in shown) else []
    for parameter in shown:
        if not _is_option(parameter):
            word = _placeholder(parameter)
            pieces.append(word if parameter.required else f"[{word}]")
    return pieces


def _spelling(parameter: Any) -> str:
    if not _is_option(parameter):
        return code(_placeholder(parameter))
    names = ", ".join([*parameter.opts, *parameter.secondary_opts])
    flag = getattr(parameter, "is_flag", False)
    return code(names if flag else f"{names} {_placeholder(parameter)}")


def _placeholder(parameter: Any) -> str:
    word = str(parameter.metavar or parameter.name.upper())
    return word.removeprefix("[").removesuffix("]")


def _default(parameter: Any) -> str:
    value = parameter.default
    if parameter.required:
        return "required"
    if value is None or value is False or callable(value) or value in ((), []):
        return ""
    return code(value)


def _example(epilog: str) -> str:
    """The examples below a command, as something to copy."""
    lines = [line.strip() for line in epilog.splitlines() if line.strip()]
    shown = [line.removeprefix("Example:").strip() for line in lines]
    return "```sh\n" + "\n".join(shown) + "\n```"


def _is_option(parameter: Any) -> bool:
    return bool(parameter.opts and parameter.opts[0].startswith("-"))


def _hidden(parameter: Any) -> bool:
    return bool(getattr(parameter, "hidden", False))
