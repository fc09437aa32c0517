// The stock as a table: what is on hand and held back, and what each shop shows and sells.

import { act } from "/page/api.js";
import { ask } from "/page/ask.js";
import { busy } from "/page/blocks.js";
import { h, keep } from "/page/dom.js";
import { badge } from "/page/shops.js";

const head = document.getElementById("stock-head");
const body = document.getElementById("stock");
const LEVELS = { stock_low: ["low", "warning"], out_of_stock: ["out of stock", "critical"], oversold: ["oversold", "critical"] };

export function show(state) {
  const shops = state.shops.map(({ name, title }) => ({ name, title }));
  keep(head, [shops], () => "head", headOf);
  keep(body, state.stock.map((row) => ({ ...row, at: shops })), (row) => row.sku, rowOf);
}

function headOf(shops) {
  const heading = (label, kind = "") => h("th", { scope: "col", class: kind }, label);
  return h("tr", {}, heading("SKU"), heading("On hand", "number"), heading("Held back", "number"), shops.map((shop, at) => heading([badge(shop, at), shop.title])));
}

function rowOf(row, before) {
  const values = { physical: row.physical, buffer: row.buffer, ...Object.fromEntries(row.at.map(({ name }) => [name, row.shops[name].shows])) };
  const changed = (name) => before?.values && before.values[name] !== values[name];
  const number = (name, label) => h("td", { role: "cell", class: `number${changed(name) ? " flash" : ""}`, "data-label": label }, String(values[name]));
  const node = h(
    "tr",
    { role: "row" },
    h("th", { scope: "row", role: "rowheader" }, h("span", { class: "sku" }, row.sku), levelOf(row), h("span", { class: "muted title" }, row.title)),
    number("physical", "On hand"),
    number("buffer", "Held back"),
    row.at.map((shop) => listingOf(row, shop, changed(shop.name))),
  );
  node.values = values;
  return node;
}

function levelOf(row) {
  const [label, kind] = row.known ? (LEVELS[row.alert] ?? []) : ["not counted", "info"];
  const parts = row.made_of ? h("span", { class: "tag", title: `What its parts allow: ${row.made_of}` }, "bundle") : null;
  return [parts, label ? h("span", { class: `tag ${kind}` }, label) : null];
}

function listingOf(row, shop, changed) {
  const listing = row.shops[shop.name];
  if (listing.shows === null) return h("td", { role: "cell", class: "listing", "data-label": shop.title }, h("span", { class: "muted" }, "not listed"));
  return h(
    "td",
    { role: "cell", class: "listing", "data-label": shop.title },
    h("button", {
      type: "button",
      class: `shows${changed ? " flash" : ""}`,
      "data-focus": `${row.sku}/${shop.name}/shows`,
      title: "Edit this listing behind SyncState's back",
      "aria-label": `${shop.title} shows ${listing.shows} of ${row.sku}; edit the listing`,
      onclick: () => edit(row, shop, listing),
    }, String(listing.shows)),
    h("span", { class: "buy" }, [1, 5].map((quantity) => buy(row, shop, listing, quantity))),
    stateOf(row, listing),
  );
}

function buy(row, shop, listing, quantity) {
  const run = (event) => busy(event.currentTarget, () => act("buy", { shop: shop.name, sku: row.sku, quantity }));
  const properties = { type: "button", class: quantity > listing.shows ? "short" : "", "data-focus": `${row.sku}/${shop.name}/${quantity}` };
  return h("button", { ...properties, "aria-label": `Buy ${quantity} of ${row.sku} on ${shop.title}`, onclick: run }, quantity === 1 ? "Buy 1" : String(quantity));
}

async function edit(row, shop, listing) {
  const text = `Somebody changes ${row.sku} in ${shop.title}'s own back office. SyncState is not asked; see what it does.`;
  const quantity = await ask({ title: "Edit the listing", text, yes: "Set it there", number: listing.shows });
  if (quantity !== null) await act("edit", { shop: shop.name, sku: row.sku, quantity });
}

function stateOf(row, listing) {
  if (listing.status === "refused") return h("span", { class: "tag critical", title: listing.error }, "refused");
  const behind = row.known && listing.shows !== listing.wanted;
  if (!behind && listing.status !== "owed") return null;
  return h("span", { class: "tag warning", title: listing.held || listing.error }, `${listing.held} → ${listing.wanted}`.trim());
}
