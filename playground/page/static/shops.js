// The shops: a card for each, and the stock as a table with what each shop shows.

import { act } from "/page/api.js";
import { busy } from "/page/blocks.js";
import { h, keep, time } from "/page/dom.js";

export const NAMES = { shopify: "Shopify", amazon: "Amazon", woocommerce: "WooCommerce" };
const RETURNS = [
  ["SELLABLE", "sellable"],
  ["CUSTOMER_DAMAGED", "damaged by the customer"],
  ["CARRIER_DAMAGED", "damaged by the carrier"],
  ["WAREHOUSE_DAMAGED", "damaged in the warehouse"],
  ["UNSELLABLE", "unsellable"],
];
const cards = document.getElementById("cards");
const stock = document.getElementById("stock");
let disposition = "CUSTOMER_DAMAGED";

export function show(state) {
  keep(cards, state.shops, (shop) => shop.name, cardOf);
  keep(stock, state.stock, (row) => row.sku, rowOf);
  keep(document.getElementById("slack-switch"), [{ name: "slack", on: state.slack.online }], (each) => each.name, slackOf);
}

function cardOf(shop) {
  const name = NAMES[shop.name];
  return h(
    "article",
    { class: `card ${shop.name}` },
    h(
      "div",
      { class: "bar" },
      h("h3", {}, h("span", { class: `badge ${shop.name}`, "aria-hidden": "true" }, name[0]), name),
      toggle("Online", shop.online, shop.name, (on) => ({ party: shop.name, fault: "offline", on: !on })),
    ),
    h("p", { class: "health" }, healthOf(shop)),
    orderOf(shop),
    h(
      "label",
      { class: "twice" },
      h("input", {
        type: "checkbox",
        checked: shop.faults.includes("duplicate"),
        "data-focus": `${shop.name}/twice`,
        onchange: (event) => act("switch", { party: shop.name, fault: "duplicate", on: event.target.checked }),
      }),
      "Deliver every webhook twice",
    ),
  );
}

function slackOf(slack) {
  return toggle("Online", slack.on, "slack", (on) => ({ party: "slack", fault: "offline", on: !on }));
}

function toggle(label, on, key, fields) {
  const flip = (event) => busy(event.currentTarget, () => act("switch", fields(!on)));
  const properties = { type: "button", role: "switch", "aria-checked": String(on), "aria-label": `${NAMES[key] ?? "Slack"} online` };
  return h("button", { ...properties, class: "switch", "data-focus": `${key}/online`, onclick: flip }, h("span", {}), on ? label : "Offline");
}

function healthOf(shop) {
  const told = shop.last_success ? `Last told at ${time(shop.last_success)}` : "Nothing to tell since the start";
  const owed = shop.owed ? `, ${shop.owed} still to be told` : "";
  return [h("span", { class: `mark ${shop.error ? "critical" : "done"}`, "aria-hidden": "true" }), `${told}${owed}`, shop.error ? h("em", {}, shop.error) : null];
}

function orderOf(shop) {
  if (!shop.order) return h("p", { class: "order muted" }, "No open order. Buy something below.");
  const items = shop.order.items.map((item) => `${item.quantity} × ${item.sku}`).join(", ");
  const run = (name, fields) => (event) => busy(event.currentTarget, () => act(name, { shop: shop.name, ...fields }));
  const does = (label, name, fields) =>
    h("button", { type: "button", "data-focus": `${shop.name}/${label}`, onclick: run(name, fields) }, label);
  return h(
    "div",
    { class: "order" },
    h("p", {}, "Last order ", h("span", { class: "muted" }, shop.order.name), h("br"), items),
    h(
      "div",
      { class: "b-actions" },
      does("Cancel", "cancel", {}),
      shop.name !== "amazon"
        ? [does("Refund 1, restock", "refund", { restock: true }), does("Refund 1, keep out", "refund", { restock: false })]
        : returnOf(),
    ),
  );
}

function returnOf() {
  const choose = h(
    "select",
    { "aria-label": "State of the returned unit", "data-focus": "amazon/state", onchange: (event) => (disposition = event.target.value) },
    RETURNS.map(([value, label]) => h("option", { value, selected: value === disposition }, label)),
  );
  const send = (event) => busy(event.currentTarget, () => act("return", { shop: "amazon", disposition }));
  return [h("span", { class: "joined" }, h("button", { type: "button", "data-focus": "amazon/return", onclick: send }, "Return 1"), choose)];
}

function rowOf(row, before) {
  const changed = (name, value) => before && before.values?.[name] !== value;
  const values = { physical: row.physical, buffer: row.buffer };
  for (const name of Object.keys(NAMES)) values[name] = row.shops[name].shows;
  const number = (name) => h("td", { role: "cell", class: `number${changed(name, values[name]) ? " flash" : ""}`, "data-label": LABELS[name] }, String(values[name]));
  const node = h(
    "tr",
    { role: "row" },
    h("th", { scope: "row", role: "rowheader" }, h("span", { class: "sku" }, row.sku), levelOf(row), h("span", { class: "muted title" }, row.title)),
    number("physical"),
    number("buffer"),
    Object.keys(NAMES).map((name) => listingOf(row, name, changed(name, values[name]))),
  );
  node.values = values;
  return node;
}

const LABELS = { physical: "On hand", buffer: "Held back" };
const LEVELS = { stock_low: ["low", "warning"], out_of_stock: ["out of stock", "critical"], oversold: ["oversold", "critical"] };

function levelOf(row) {
  const [label, kind] = row.known ? (LEVELS[row.alert] ?? []) : ["not counted", "info"];
  return label ? h("span", { class: `tag ${kind}` }, label) : null;
}

function listingOf(row, name, changed) {
  const listing = row.shops[name];
  const buy = (quantity) => (event) => busy(event.currentTarget, () => act("buy", { shop: name, sku: row.sku, quantity }));
  const button = (quantity) =>
    h(
      "button",
      {
        type: "button",
        class: quantity > listing.shows ? "short" : "",
        "data-focus": `${row.sku}/${name}/${quantity}`,
        "aria-label": `Buy ${quantity} of ${row.sku} on ${NAMES[name]}`,
        onclick: buy(quantity),
      },
      quantity === 1 ? "Buy 1" : String(quantity),
    );
  return h(
    "td",
    { role: "cell", class: `listing ${name}`, "data-label": NAMES[name] },
    h("span", { class: `shows${changed ? " flash" : ""}` }, listing.shows === null ? "–" : String(listing.shows)),
    stateOf(row, listing),
    listing.shows === null ? null : h("span", { class: "buy" }, button(1), button(5)),
  );
}

function stateOf(row, listing) {
  if (listing.status === "refused") return h("span", { class: "tag critical", title: listing.error }, "refused");
  const behind = row.known && listing.shows !== null && listing.shows !== row.broadcast;
  return behind || listing.status === "owed" ? h("span", { class: "tag warning", title: listing.error }, `${row.broadcast} to tell`) : null;
}
