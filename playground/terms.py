"""On what terms the app tells each shop of a SKU, as people have set them: read beside the app, from its store."""

from collections.abc import Iterable, Mapping

from core.channels import title_of
from core.listings import listed
from core.ports import Store
from core.rules import WHOLE
from core.stock import Level
from core.terms import USUAL, Terms, load_terms, own_rule, paused, paused_here, rule_on
from core.terms_desk import TERMS_NOTE


async def terms_in(store: Store) -> Mapping[str, Terms]:
    """The terms of each shop for which there are any but the usual ones."""
    return load_terms(await store.note(TERMS_NOTE))


def wanted(level: Level, shop: str, terms: Mapping[str, Terms]) -> int:
    """What the listing should come to show."""
    return listed(level.stock, rule_on(level, shop, terms.get(shop, USUAL)))


def held(level: Level, shop: str, terms: Mapping[str, Terms]) -> str:
    """Why the shop is told nothing of the SKU just now, in a word or two, or ""."""
    on = terms.get(shop, USUAL)
    if paused(level, shop, on):
        return "paused"
    return "dry run" if on.dry_run else ""


def hindrance(level: Level, shops: Iterable[str], terms: Mapping[str, Terms]) -> str:
    """What keeps one of the shops from showing all that is left to sell, and the command that ends it, or ""."""
    return next((why for shop in shops if (why := _hinders(level, shop, terms.get(shop, USUAL)))), "")


def _hinders(level: Level, shop: str, on: Terms) -> str:
    if paused(level, shop, on):
        alone = f" {level.sku}" if paused_here(level, shop) and not on.paused else ""
        return f"{title_of(shop)} is paused; type /channels resume {shop}{alone} first"
    if on.dry_run:
        return f"{title_of(shop)} only rehearses; type /channels dry-run {shop} off first"
    if rule_on(level, shop, on) != WHOLE:
        alone = f" {level.sku}" if own_rule(level, shop) else ""
        return f"{title_of(shop)} lists part of the stock; type /channels rule {shop}{alone} default first"
    return ""
