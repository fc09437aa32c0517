"""The `syncstate` command."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO, TypeVar

import click

from core.errors import SyncStateError

T = TypeVar("T")

if TYPE_CHECKING:
    from core.samples import Answer
    from settings import Settings


class Plain(click.Group):
    """A group whose commands end in one plain line instead of a traceback when something foreseen goes wrong."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Run the command; an error of ours becomes its message and exit code 1."""
        try:
            return super().invoke(ctx)
        except SyncStateError as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            raise click.ClickException(_os_trouble(error)) from error


@click.group(cls=Plain, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="syncstate")
def main() -> None:
    """One physical stock per SKU, told to every marketplace, kept by people in Slack."""


@main.command()
def serve() -> None:
    """Run the server: webhooks, Slack, REST and the periodic work."""
    from app import run

    run(_settings())


@main.command()
@click.option("--port", type=int, help="Port to listen on, instead of PORT or 3000.")
def playground(port: int | None) -> None:
    """Run the server with stand-ins for Slack and the marketplaces, and a page that shows them."""
    from playground.run import run

    run(_environment(), port)


@main.command()
@click.option("--fix", is_flag=True, help="Make what can be made: tables and their settings, subscriptions, joining.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for scripts.")
def doctor(*, fix: bool, as_json: bool) -> None:
    """Look at settings, store, Slack, marketplaces and clock, beside a running server, and say what to do.

    Exit code 0: all is right, 1: something is wrong, 2: the settings cannot be used.
    """
    from doctor.checkup import check_up

    sys.exit(check_up(_environment, click.echo, mend=fix, as_json=as_json))


@main.command()
def tables() -> None:
    """Make the tables that are missing (DynamoDB), or the data file (SQLite)."""
    from upkeep import with_store

    settings = _settings()

    async def make(_: object) -> None:
        await asyncio.sleep(0)

    _run(with_store(settings, make))
    click.echo(f"The {settings.store} store is ready.")


@main.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--actor", default="import", show_default=True, help="Whom the history names.")
def import_file(file: BinaryIO, *, dry_run: bool, actor: str) -> None:
    """Set stock from a CSV (sku, physical, buffer, low_at) or the older file store's JSON."""
    from core.catalogue import Refusal, Row, read, text_of
    from upkeep import with_store

    found = list(read(text_of(file.read())))
    rows = [row for row in found if isinstance(row, Row)]
    refused = [row for row in found if isinstance(row, Refusal)]
    for refusal in refused:
        click.echo(f"line {refusal.line}: {refusal.sku or '(no SKU)'}: {refusal.reason}", err=True)
    if not dry_run:
        _run(with_store(_settings(), lambda house: house.load(rows, actor, _progress("Setting stock", len(rows)))))
    verb = "would be set" if dry_run else "set"
    click.echo(f"{_count(len(rows), 'SKU')} {verb}, {_count(len(refused), 'line')} refused.")
    if refused:
        sys.exit(2)


@main.command()
@click.argument("channel")
@click.option("--dry-run", is_flag=True, help="Only show what would be set.")
@click.option("--conflicts", type=click.Choice(["skip", "this", "lowest"]), default="skip", show_default=True)
def adopt(channel: str, *, dry_run: bool, conflicts: str) -> None:
    """Take what CHANNEL's listings show as the first stock of SKUs that nobody has set, while no server runs.

    A SKU that another channel shows with another number is left for you to decide: this channel's, or the lowest.
    """
    from upkeep import adopt as take_over
    from upkeep import plan_table

    work = take_over(_settings(), channel, conflicts, _progress, dry_run=dry_run)
    click.echo("\n".join(plan_table(_run(work), dry_run=dry_run)))


@main.command()
@click.argument("file", type=click.File("w", encoding="utf-8", lazy=True), default="-")
def export(file: TextIO) -> None:
    """Write all stock as CSV, to a file or to the terminal, beside a running server."""
    from upkeep import with_store

    count = _run(with_store(_settings(), lambda house: house.dump(file.write), watching=True))
    click.echo(f"{_count(count, 'SKU')} written.", err=True)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
def backup(file: Path | None) -> None:
    """Copy the data file to FILE, beside a running server; for DynamoDB, say how far back its tables go."""
    from upkeep import back_up, recovery

    if file is None:
        click.echo("\n".join(_run(recovery(_settings()))))
        return
    back_up(_settings(), file, _pages("Copying"))
    click.echo(f"{file}: a backup of {file.stat().st_size / 1_000_000:,.1f} MB.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore(file: Path) -> None:
    """Put the backup FILE in the data file's place, while no server runs; the replaced file is kept."""
    from upkeep import restore as put_back

    kept = put_back(_settings(), file, _pages("Restoring"))
    click.echo(f"Restored. {f'What it replaced is kept as {kept}. ' if kept else ''}Start the server: it tells every")
    click.echo("channel anew, and orders that came since are fetched again.")


@main.command()
@click.option("--sku", help="Audit this SKU alone.")
@click.option("--rebase", is_flag=True, help="Take what is on hand as right where the ledger cannot prove it.")
def audit(sku: str | None, *, rebase: bool) -> None:
    """Prove every SKU's numbers from what is stored, beside a running server; exit code 1 names what is wrong."""
    from core.auditor import Openings, Report
    from core.house import House
    from upkeep import with_store

    async def prove(house: House) -> Report:
        auditor = house.auditor(Openings.REBASE if rebase else Openings.LEAVE)
        return await (auditor.audit_sku(sku) if sku else auditor.audit(_progress("Auditing", None)))

    report = _run(with_store(_settings(), prove, watching=not rebase))
    for fault in report.faults:
        click.echo(str(fault))
    for moving in report.unproved:
        click.echo(f"{moving}: sells too fast to be proved now", err=True)
    click.echo(f"{_count(report.skus, 'SKU')} audited, {_count(report.found, 'fault')} found.")
    sys.exit(1 if report.found else 0)


@main.command()
@click.argument("name")
def job(name: str) -> None:
    """Run one of the periodic jobs now: sweep, broadcast, audit or digest."""
    from app import run_job

    _run(run_job(_settings(), name))
    click.echo(f"{name}: done.")


@main.group()
def send() -> None:
    """Sign a sample message and post it to a running server."""


@send.command()
@click.option("--sku", required=True)
@click.option("--quantity", default=1, show_default=True)
@click.option("--order-id", help="To send the same order again; a fresh one otherwise.")
@click.option("--url", default="http://127.0.0.1:3000", show_default=True)
def order(sku: str, quantity: int, order_id: str | None, url: str) -> None:
    """A Shopify order (orders/create), signed with SHOPIFY_WEBHOOK_SECRET."""
    from core.samples import post, shopify_order

    secret = _settings_secret("SHOPIFY_WEBHOOK_SECRET")
    _show(_run(post(url, shopify_order(secret, sku, quantity, order_id or _fresh_number(), time.time()))))


@send.command("return")
@click.option("--sku", required=True)
@click.option("--quantity", default=1, show_default=True)
@click.option("--disposition", default="SELLABLE", show_default=True)
@click.option("--return-id", help="To send the same return again; a fresh one otherwise.")
@click.option("--url", default="http://127.0.0.1:3000", show_default=True)
def send_return(sku: str, quantity: int, disposition: str, return_id: str | None, url: str) -> None:
    """An Amazon return, with AMAZON_WEBHOOK_SECRET."""
    from core.samples import amazon_return, post

    secret = _settings_secret("AMAZON_WEBHOOK_SECRET")
    _show(_run(post(url, amazon_return(secret, sku, quantity, disposition, return_id or _fresh_number()))))


def _show(answer: Answer) -> None:
    click.echo(f"{answer.status} {answer.text}")
    sys.exit(0 if answer.is_good else 1)


def _environment() -> dict[str, str]:
    from settings import load

    env = load(os.environ, Path(".env"))
    os.environ.update({name: value for name, value in env.items() if name.startswith("AWS_")})
    return env


def _settings() -> Settings:
    from settings import Settings

    return Settings.from_env(_environment())


def _settings_secret(name: str) -> str:
    from core.errors import NotConfigured

    secrets = _settings().given.secrets(name)
    if not secrets:
        raise NotConfigured(name)
    return secrets[0]


def _run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def _progress(label: str, total: int | None) -> Callable[[int], None]:
    from tqdm import tqdm

    bar = tqdm(total=total, desc=label, unit="SKU", disable=not sys.stderr.isatty(), file=sys.stderr)

    def show(done: int) -> None:
        bar.update(done - bar.n)
        if total is not None and done >= total:
            bar.close()

    return show


def _pages(label: str) -> Callable[[int, int], None]:
    from tqdm import tqdm

    bar = tqdm(desc=label, unit="page", disable=not sys.stderr.isatty(), file=sys.stderr)

    def show(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)
        if done >= total:
            bar.close()

    return show


def _fresh_number() -> str:
    return str(10**18 + secrets.randbelow(9 * 10**18))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number:,} {noun}s"


def _os_trouble(error: OSError) -> str:
    where = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror or error}{where}"


if __name__ == "__main__":
    main()
