// The shops: a card for each, whichever they are, with its last order and what can be made to go wrong.

import { act } from "/page/api.js";
import { busy } from "/page/blocks.js";
import { h, keep, time } from "/page/dom.js";

const FAULTS = [
  ["offline", "Offline", "Every call is answered 503"],
  ["late", "Slow", "Every answer takes 2 s more"],
  ["throttled", "Throttled", "Every call is one too many"],
  ["duplicate", "Send twice", "Every webhook is delivered twice"],
];
const RETURNS = [
  ["CUSTOMER_DAMAGED", "damaged by the buyer"],
  ["CARRIER_DAMAGED", "damaged on the way"],
  ["WAREHOUSE_DAMAGED", "damaged in the warehouse"],
  ["SELLABLE", "as good as new"],
  ["UNSELLABLE", "unsellable"],
];
const cards = document.getElementById("cards");
const slackSwitch = document.getElementById("slack-switch");
let disposition = RETURNS[0][0];

export function show(state) {
  keep(cards, state.shops.map((shop, at) => ({ ...shop, at })), (shop) => shop.name, cardOf);
  keep(slackSwitch, [{ name: "slack", title: "Slack", faults: state.slack.faults }], (each) => each.name, slackOf);
}

// A shop's mark: its first letter on the colour of its place in the row.
export function badge(shop, at) {
  return h("span", { class: `badge shop-${at % 6}`, "aria-hidden": "true" }, shop.title[0]);
}

function cardOf(shop) {
  return h(
    "article",
    { class: `card${shop.faults.length ? " sick" : ""}`, "aria-label": shop.title },
    h("div", { class: "bar" }, h("h3", {}, badge(shop, shop.at), shop.title), shop.waiting ? h("span", { class: "tag" }, "sending") : null),
    h("p", { class: "health" }, healthOf(shop)),
    orderOf(shop),
    chips(shop, FAULTS),
  );
}

function slackOf(slack) {
  return chips(slack, FAULTS.slice(0, 2));
}

function chips(party, faults) {
  return h(
    "div",
    { class: "chips", role: "group", "aria-label": `What goes wrong at ${party.title}` },
    faults.map(([fault, label, help]) => {
      const on = party.faults.includes(fault);
      const flip = (event) => busy(event.currentTarget, () => act("switch", { party: party.name, fault, on: !on }));
      return h("button", { type: "button", class: "chip", title: help, "aria-pressed": String(on), "data-focus": `${party.name}/${fault}`, onclick: flip }, label);
    }),
  );
}

function healthOf(shop) {
  const told = shop.last_success ? `Told at ${time(shop.last_success)}` : "Nothing told since the start";
  const kind = shop.error || shop.owed ? "warning" : "done";
  const owed = shop.owed ? `, ${shop.owed} to be told` : "";
  return [h("span", { class: `mark ${kind}`, "aria-hidden": "true" }), `${told}${owed}`, shop.error ? h("em", {}, shop.error) : null];
}

function orderOf(shop) {
  if (!shop.order) return h("p", { class: "order muted" }, "No open order. Buy something below.");
  const items = shop.order.items.map((item) => `${item.quantity} × ${item.sku}`).join(", ");
  return h(
    "div",
    { class: "order" },
    h("p", {}, h("b", {}, items), " ", h("span", { class: "muted" }, shop.order.name)),
    h("div", { class: "b-actions" }, button(shop, "Cancel", "cancel", {}), shop.takes_back === "refund" ? refunds(shop) : returns(shop)),
  );
}

function button(shop, label, action, fields, help) {
  const run = (event) => busy(event.currentTarget, () => act(action, { shop: shop.name, ...fields }));
  return h("button", { type: "button", class: "small", title: help, "data-focus": `${shop.name}/${label}`, onclick: run }, label);
}

function refunds(shop) {
  return [
    button(shop, "Refund 1", "refund", { restock: true }, "The unit goes back on the shelf"),
    button(shop, "Refund 1, damaged", "refund", { restock: false }, "The unit does not go back on the shelf"),
  ];
}

function returns(shop) {
  const choose = h(
    "select",
    { class: "small", "aria-label": "State of the returned unit", "data-focus": `${shop.name}/state`, onchange: (event) => (disposition = event.target.value) },
    RETURNS.map(([value, label]) => h("option", { value, selected: value === disposition }, label)),
  );
  const send = (event) => busy(event.currentTarget, () => act("return", { shop: shop.name, disposition }));
  return h("span", { class: "joined" }, h("button", { type: "button", class: "small", "data-focus": `${shop.name}/return`, onclick: send }, "Return 1"), choose);
}
