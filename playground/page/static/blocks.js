// Block Kit as elements. `place` says whose names to show and what a click does: {names, click(element, value)}.

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
  image: (block) => h("p", { class: "b-context" }, block.alt_text),
  markdown: (block) => h("p", {}, block.text),
  input: (block, place) => (block.dispatch_action ? dispatched : entered)(block, place),
  data_visualization: (block) =>
    h("div", {}, h("p", {}, block.title), (block.chart.series ?? []).map((series) => h("p", { class: "b-context" }, bars(series)))),
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

function bars(series) {
  const top = Math.max(1, ...series.data.map((each) => each.value));
  const line = series.data.map((each) => "▁▂▃▄▅▆▇█"[Math.floor((Math.max(0, each.value) * 7) / top)]).join("");
  return `${series.name} ${line} (${series.data.map((each) => `${each.label}: ${each.value}`).join(", ")})`;
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
    onclick: (event) => {
      const sure = !each.confirm || window.confirm(plain(each.confirm.text?.text ?? "Sure?"));
      if (sure) busy(event.currentTarget, () => place.click(each, each.value));
    },
  };
  return h("button", properties, plain(each.text.text));
}

function menu(each, place) {
  const options = each.options ?? (each.option_groups ?? []).flatMap((group) => group.options);
  const first = each.type === "overflow" ? "More" : plain(each.placeholder?.text ?? "Choose");
  return h(
    "select",
    {
      "aria-label": first,
      "data-focus": `${place.key}/${each.action_id}`,
      onchange: (event) => event.target.value && place.click(each, event.target.value),
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
