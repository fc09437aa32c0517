// Block Kit as elements. `place` says whose names to show and what a click does: {names, click(element, value)}.

import { ask } from "/page/ask.js";
import { chart } from "/page/chart.js";
import { h } from "/page/dom.js";
import { mrkdwn, plain } from "/page/mrkdwn.js";
import { field } from "/page/inputs.js";

export function blocks(list, place) {
  return list.map((block) => (KINDS[block.type] ?? unknown)(block, place));
}

export function text(part, place) {
  if (!part) return [];
  return part.type === "mrkdwn" ? mrkdwn(part.text, place.names) : [plain(part.text)];
}

const KINDS = {
  header: (block, place) => h("h3", { class: "b-header" }, text(block.text, place)),
  divider: () => h("hr"),
  section: (block, place) =>
    h(
      "div",
      { class: "b-section" },
      h(
        "div",
        { class: "b-text" },
        block.text ? h("p", {}, text(block.text, place)) : null,
        block.fields ? h("div", { class: "b-fields" }, block.fields.map((each) => h("p", {}, text(each, place)))) : null,
      ),
      block.accessory ? element(block.accessory, place) : null,
    ),
  context: (block, place) =>
    h("div", { class: "b-context" }, block.elements.map((each) => h("span", {}, each.text ? text(each, place) : each.alt_text))),
  actions: (block, place) => h("div", { class: "b-actions" }, block.elements.map((each) => element(each, place))),
  image: (block) => h("figure", {}, block.title ? h("figcaption", {}, plain(block.title.text)) : null, picture(block.slack_file?.id, block.alt_text)),
  markdown: (block) => h("p", {}, block.text),
  input: (block, place) => (block.dispatch_action ? dispatched : entered)(block, place),
  data_visualization: chart,
};

function entered(block, place) {
  return field(block, text(block.label, place), text(block.hint, place));
}

// What is typed is sent when Enter is pressed.
function dispatched(block, place) {
  const node = entered(block, place);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    place.click(block.element, event.target.value);
  });
  return node;
}

// A picture that the app has uploaded; any other would come from elsewhere, which this page never asks.
export function picture(file, words) {
  return file ? h("img", { src: `/playground/files/${encodeURIComponent(file)}`, alt: words ?? "", loading: "lazy" }) : h("p", { class: "b-context" }, words);
}

function unknown(block) {
  return h("p", { class: "b-context" }, `(a block of type ${block.type})`);
}

function element(each, place) {
  if (each.type === "button") return button(each, place);
  if (each.type === "overflow" || each.type === "static_select") return menu(each, place);
  return unknown(each);
}

function button(each, place) {
  const properties = {
    type: "button",
    class: each.style ?? "",
    "data-focus": `${place.key}/${each.action_id}/${each.value ?? ""}`,
    "aria-label": each.accessibility_label,
    onclick: (event) => busy(event.currentTarget, async () => (await isSure(each.confirm)) && place.click(each, each.value)),
  };
  return h("button", properties, plain(each.text.text));
}

async function isSure(confirm) {
  if (!confirm) return true;
  const [title, text, yes, no] = [confirm.title, confirm.text, confirm.confirm, confirm.deny].map((part) => plain(part?.text ?? ""));
  return ask({ title: title || "Are you sure?", text, yes: yes || "Yes", no: no || "Cancel", danger: confirm.style === "danger" });
}

function menu(each, place) {
  const options = each.options ?? (each.option_groups ?? []).flatMap((group) => group.options);
  const first = each.type === "overflow" ? "More" : plain(each.placeholder?.text ?? "Choose");
  return h(
    "select",
    {
      "aria-label": first,
      "data-focus": `${place.key}/${each.action_id}`,
      onchange: async (event) => {
        const chosen = event.target;
        if (chosen.value && (await isSure(each.confirm))) place.click(each, chosen.value);
        else chosen.value = each.initial_option?.value ?? "";
      },
    },
    h("option", { value: "" }, first),
    options.map((option) => h("option", { value: option.value, selected: option.value === each.initial_option?.value }, plain(option.text.text))),
  );
}

export async function busy(node, work) {
  if (node.getAttribute("aria-disabled")) return;
  node.setAttribute("aria-disabled", "true");
  try {
    await work();
  } finally {
    node.removeAttribute("aria-disabled");
  }
}
