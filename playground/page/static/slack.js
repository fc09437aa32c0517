// The Slack side: channels, messages, the person's Home tab and modal, and the box to write in.

import { act } from "/page/api.js";
import { blocks, busy, picture, text } from "/page/blocks.js";
import { complete } from "/page/complete.js";
import { h, keep, say, time } from "/page/dom.js";
import { carry, complain, read } from "/page/inputs.js";
import { mrkdwn } from "/page/mrkdwn.js";

const HOME = "home";
const element = (id) => document.getElementById(id);
const [places, messages, person, command, modal] = ["places", "messages", "person", "command", "modal"].map(element);
let state = null;
let shown = "";
let refresh = () => {};
const seen = new Map();
const said = [];
let recalled = 0;

export function start(again) {
  refresh = again;
  person.addEventListener("change", () => refresh());
  element("composer").addEventListener("submit", send);
  complete(command, element("options"), element("hint"), () => state);
  command.addEventListener("keydown", recall);
  modal.addEventListener("cancel", (event) => {
    event.preventDefault();
    act("dismiss", { person: who() }).then(refresh);
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    command.focus();
  });
}

export function who() {
  return person.value || "operator";
}

export function show(next) {
  const first = state === null;
  state = next;
  const slack = next.slack;
  if (first) {
    person.append(...slack.people.map((name) => h("option", { value: name }, name)));
    shown = slack.channels[0].id;
    for (const channel of slack.channels) seen.set(channel.id, newest(channel));
  }
  showOpen();
  showModal(slack.modal);
}

function showOpen() {
  const slack = state.slack;
  const channel = slack.channels.find((each) => each.id === shown);
  if (channel) seen.set(channel.id, newest(channel));
  const tabs = [
    ...slack.channels.map((each) => ({ id: each.id, label: `# ${each.name}`, fresh: newest(each) !== seen.get(each.id) })),
    { id: HOME, label: "Home", fresh: false },
  ];
  keep(places, tabs.map((tab) => ({ ...tab, open: tab.id === shown })), (tab) => tab.id, tabOf);
  const stuck = messages.scrollHeight - messages.scrollTop - messages.clientHeight < 60 || messages.dataset.of !== shown;
  messages.dataset.of = shown;
  const rows = channel ? [...channel.messages] : [slack.home ?? { id: "", blocks: [] }];
  if (channel && !rows.length) rows.push({ ts: "empty", text: emptyText(channel.name) });
  keep(messages, rows, (row) => row.ts ?? `home-${row.id}`, (row, before) => (channel ? messageOf(row, channel) : homeOf(row, before)));
  if (stuck) messages.scrollTop = channel ? messages.scrollHeight : 0;
}

function tabOf(tab) {
  const label = tab.fresh ? `${tab.label}, new messages` : tab.label;
  const properties = { type: "button", "aria-current": tab.open ? "true" : null, "aria-label": label, "data-focus": tab.id };
  return h("button", { ...properties, class: tab.fresh ? "fresh" : "", onclick: () => choose(tab.id) }, tab.label);
}

// Shows the channel of this name.
export function open(name) {
  choose(state.slack.channels.find((each) => each.name === name).id);
}

async function choose(id) {
  shown = id;
  showOpen();
  places.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (id !== HOME) return;
  await act("home", { person: who() });
  refresh();
}

function newest(channel) {
  return channel.messages.at(-1)?.ts ?? "";
}

function messageOf(row, channel) {
  if (row.ts === "empty") return h("p", { class: "empty" }, row.text);
  const name = row.user === "USLACKBOT" ? "Slack" : (state.slack.names[row.user] ?? row.user);
  return h(
    "article",
    { class: `message${row.private ? " private" : ""}` },
    row.private ? h("p", { class: "muted only" }, "Only visible to you") : null,
    h("div", { class: row.bot ? "face bot" : "face", "aria-hidden": "true" }, name[0].toUpperCase()),
    h(
      "div",
      { class: "said" },
      h("p", { class: "by" }, h("strong", {}, name), row.bot ? h("span", { class: "app" }, "app") : null, h("time", {}, time(Number(row.ts)))),
      bodyOf(row, channel),
      threadOf(row, channel),
    ),
  );
}

function threadOf(row, channel) {
  const replies = row.replies ?? [];
  if (!replies.length) return null;
  return h(
    "details",
    { class: "thread", open: replies.length <= 3 },
    h("summary", {}, replies.length === 1 ? "1 reply" : `${replies.length} replies`),
    replies.map((reply) => h("div", { class: "reply" }, bodyOf(reply, channel))),
  );
}

function bodyOf(row, channel) {
  const click = (each, value) => press({ channel: channel.id, ts: row.ts }, each, value);
  if (row.blocks.length) return blocks(row.blocks, { names: state.slack.names, click, key: row.ts });
  if (row.files.length) return row.files.map((file) => h("figure", {}, h("figcaption", {}, file.title), picture(file.id, file.alt_txt)));
  return h("p", {}, mrkdwn(row.text, state.slack.names), row.edited ? h("span", { class: "muted" }, " (edited)") : null);
}

function homeOf(view, before) {
  if (!view.id) return h("p", { class: "empty" }, "The Home tab opens.");
  const click = (each, value) => press({ view: view.id }, each, value);
  return carry(before, h("article", { class: "home" }, blocks(view.blocks, { names: state.slack.names, click, key: view.id })));
}

async function press(where, each, value) {
  await act("click", { person: who(), ...where, action_id: each.action_id, value: value ?? "" });
  refresh();
}

function showModal(view) {
  if (!view) {
    if (modal.open) modal.close();
    delete modal.dataset.shown;
    return;
  }
  const looks = `${view.id}/${view.hash}`;
  if (modal.dataset.shown !== looks) {
    modal.dataset.shown = looks;
    modal.replaceChildren(formOf(view));
  }
  if (!modal.open) modal.showModal();
}

function formOf(view) {
  const place = { names: state.slack.names, key: view.id, click: (each, value) => press({ view: view.id }, each, value) };
  const submit = async (event) => {
    event.preventDefault();
    const form = event.target;
    await busy(form, async () => {
      const said = await act("submit", { person: who(), values: read(form) });
      if (said) complain(form, said.errors ?? {});
    });
    refresh();
  };
  const close = () => act("dismiss", { person: who() }).then(refresh);
  return h(
    "form",
    { onsubmit: submit },
    h("h2", { id: "modal-title" }, text(view.title, place)),
    blocks(view.blocks, place),
    h(
      "div",
      { class: "b-actions end" },
      h("button", { type: "button", onclick: close }, view.close ? text(view.close, place) : "Cancel"),
      view.submit ? h("button", { class: "primary" }, text(view.submit, place)) : null,
    ),
  );
}

async function send(event) {
  event.preventDefault();
  const words = command.value.trim();
  if (!words) return;
  if (shown === HOME) shown = state.slack.channels[0].id;
  say(element("hint"), "");
  if ((await type(words)) && command.value.trim() === words) command.value = "";
}

// Sends these words, in the channel of this name or in the one that is shown; whether they went.
export async function type(words, channel) {
  if (channel) open(channel);
  said.push(words);
  recalled = said.length;
  const sent = await act("say", { person: who(), channel: shown, text: words });
  messages.dataset.of = "";
  refresh();
  return sent !== null;
}

function recall(event) {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step || event.defaultPrevented || !said.length) return;
  event.preventDefault();
  recalled = Math.min(said.length, Math.max(0, recalled + step));
  command.value = said[recalled] ?? "";
}

function emptyText(name) {
  const raised = state.stock.some((row) => row.alert);
  if (name === "alerts" && raised) return "Nothing new since the start. /alerts lists what is still open.";
  return EMPTY[name] ?? "Nothing here yet.";
}

const EMPTY = {
  alerts: "All is well. Buy a few until something runs low, and its alert appears here.",
  digest: "The digest comes every five minutes.",
  escalation: "Alerts that nobody takes in time come here.",
};
