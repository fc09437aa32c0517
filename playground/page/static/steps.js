// "Try this": four steps for somebody who has never been here, each ticked off as it comes true.

import { act } from "/page/api.js";
import { busy } from "/page/blocks.js";
import { h, keep, span } from "/page/dom.js";
import * as slack from "/page/slack.js";

const list = document.getElementById("steps");
const SOLD = "TEE-RED-M";
const SCARCE = "CAP-BLACK";
const [FULL, LOW] = [8, 3];
const PATIENCE = 5000;
const did = { since: 0, asked: false, low: false };
let state = null;

export function show(next) {
  state = next;
  const followed = whatFollowed();
  const taken = isAcknowledged();
  const done = [did.since > 0, followed !== null, did.asked, taken];
  const now = done.indexOf(false);
  const rows = [
    { name: "buy", text: `Buy 1 ${SOLD} on ${state.shops[0].title}`, label: "Buy 1" },
    { name: "follow", text: followed === null ? "See the other shops follow" : `The other shops followed in ${span(followed)}`, label: "Show me" },
    { name: "ask", text: `Ask Slack for /stock ${SOLD}`, label: "Ask" },
    did.low && !taken
      ? { name: "take", text: "Now press Acknowledge on the alert", label: "Show it" }
      : { name: "low", text: taken ? "The alert is yours, and says so" : `Sell ${SCARCE} low, then Acknowledge`, label: "Sell" },
  ];
  keep(list, rows.map((row, at) => ({ ...row, at, done: done[at], now: at === now })), (row) => row.at, stepOf);
}

function stepOf(row) {
  const run = (event) => busy(event.currentTarget, () => DOES[row.name]());
  return h(
    "li",
    { class: row.done ? "done" : row.now ? "now" : "", "aria-current": row.now ? "step" : null },
    h("span", {}, row.text, row.done ? h("span", { class: "hidden" }, " (done)") : null),
    h("button", { type: "button", class: row.now ? "primary" : "", "data-focus": `step-${row.name}`, onclick: run }, row.label),
  );
}

const DOES = {
  buy: async () => {
    const since = state.now;
    if (await act("buy", { shop: state.shops[0].name, sku: SOLD, quantity: 1 })) did.since ||= since;
  },
  follow: async () => look("ledger"),
  ask: async () => {
    did.asked = (await slack.type(`/stock ${SOLD}`, "stock")) || did.asked;
    look("slack");
  },
  low: async () => {
    if (state.stock.find((each) => each.sku === SCARCE).broadcast <= LOW && !isOffered()) await countAnew();
    const row = state.stock.find((each) => each.sku === SCARCE);
    const shop = state.shops.find((each) => row.shops[each.name].shows > 1) ?? state.shops[0];
    const spare = row.broadcast - LOW;
    const sold = spare < 1 || (await act("buy", { shop: shop.name, sku: SCARCE, quantity: spare }));
    if (sold) did.low = true;
    return DOES.take();
  },
  take: async () => {
    slack.open("alerts");
    look("slack");
  },
};

// It ran low before, and its alert is taken or older than this page's Slack: count it, so that it can run low again.
async function countAnew() {
  if (!(await slack.type(`/stock set ${SCARCE} ${FULL}`, "stock"))) return;
  const until = performance.now() + PATIENCE;
  const isTold = (row) => Object.values(row.shops).every((shop) => shop.shows === FULL);
  while (!isTold(state.stock.find((each) => each.sku === SCARCE)) && performance.now() < until) {
    await new Promise((resume) => setTimeout(resume, 100));
  }
}

function isOffered() {
  const alerts = state.slack.channels.find((each) => each.name === "alerts");
  return alerts.messages.some((message) => message.text.includes(SCARCE) && JSON.stringify(message.blocks).includes("alert_acknowledge"));
}

function look(part) {
  document.getElementById(part).scrollIntoView({ block: "nearest" });
}

// Seconds from the sale to the last shop being told of it; null before.
function whatFollowed() {
  const sale = state.ledger.findLast((entry) => entry.sku === SOLD && entry.channel && entry.at >= did.since);
  const told = Object.values(sale?.told ?? {});
  if (!did.since || told.length < state.shops.length - 1) return null;
  return Math.max(...told) - (sale.received ?? sale.at);
}

function isAcknowledged() {
  const alerts = state.slack.channels.find((each) => each.name === "alerts");
  return alerts.messages.some((message) => JSON.stringify(message.blocks).includes("Acknowledged by"));
}
