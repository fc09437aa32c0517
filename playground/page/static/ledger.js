// The ledger as it grows: each change, and what followed from it.

import { h, keep, span, time } from "/page/dom.js";
import { badge } from "/page/shops.js";

const entries = document.getElementById("entries");
const WORDS = { set: "counted", buffer: "held back", low_at: "low at", add: "came in", take: "went out" };

export function show(state) {
  const shops = Object.fromEntries(state.shops.map((shop, at) => [shop.name, { title: shop.title, at }]));
  const rows = state.ledger.map((entry) => ({ ...entry, by: state.slack.names[entry.actor] ?? entry.actor, shops }));
  keep(entries, rows, (entry) => entry.id, rowOf);
}

function rowOf(entry, before) {
  const sign = entry.delta > 0 ? "plus" : entry.delta < 0 ? "minus" : "muted";
  const delta = entry.delta > 0 ? `+${entry.delta}` : String(entry.delta).replace("-", "−");
  return h(
    "tr",
    { role: "row", class: before || performance.now() < 3000 ? "" : "fresh" },
    h("td", { role: "cell", class: "when" }, h("time", { datetime: new Date(entry.at * 1000).toISOString() }, time(entry.at))),
    h("th", { scope: "row", role: "rowheader", class: "sku", title: entry.sku }, entry.sku),
    h("td", { role: "cell", class: `number ${sign}` }, delta),
    h("td", { role: "cell", class: "what" }, whatOf(entry)),
    h("td", { role: "cell", class: "then" }, thenOf(entry)),
  );
}

function whatOf(entry) {
  const sold = entry.action === "order_update" && entry.delta < 0; // whichever of an order's messages came first
  const action = sold ? "order" : (WORDS[entry.action] ?? entry.action.replaceAll("_", " "));
  const note = entry.note ? h("span", { class: "muted" }, ` · ${entry.note}`) : null;
  if (!entry.channel) return [action, entry.by ? ` by ${entry.by}` : "", note];
  const shop = entry.shops[entry.channel] ?? { title: entry.channel, at: 5 };
  const order = entry.order ? h("span", { class: "muted order-id", title: entry.order }, ` ${entry.order}`) : null;
  return [badge(shop, shop.at), `${shop.title} ${action}`, order, note];
}

function thenOf(entry) {
  const start = entry.received ?? entry.at;
  const steps = [];
  if (entry.received) steps.push(["webhook", ""]);
  if (entry.committed) steps.push(["durable", span(entry.committed - start)]);
  for (const [name, at] of Object.entries(entry.told ?? {})) steps.push([entry.shops[name]?.title ?? name, span(at - start)]);
  if (entry.posted) steps.push(["Slack", span(entry.posted - start)]);
  if (entry.status === "pending") steps.push(["more to do", ""]);
  if (entry.status === "failed") steps.push(["not counted", ""]);
  return h("ol", { class: "steps" }, steps.map(([what, after]) => h("li", {}, what, after ? h("b", {}, ` ${after}`) : null)));
}
