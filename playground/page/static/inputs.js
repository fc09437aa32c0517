// The fields of a modal, and reading back what was filled in.

import { h } from "/page/dom.js";
import { plain } from "/page/mrkdwn.js";

const GROUPS = new Set(["radio_buttons", "checkboxes"]);
let made = 0;

export function field(block, label, hint) {
  const id = `field-${(made += 1)}`;
  const control = (CONTROLS[block.element.type] ?? CONTROLS.plain_text_input)(block.element, id, block.optional);
  control.dataset.focus = `field/${block.element.action_id}`;
  return h(
    "div",
    { class: "field", "data-action": block.element.action_id, "data-kind": block.element.type, "data-block": block.block_id },
    h(GROUPS.has(block.element.type) ? "span" : "label", { for: id, class: "name", id: `${id}-name` }, label, block.optional ? h("span", { class: "muted" }, " (optional)") : null),
    control,
    hint.length ? h("p", { class: "muted" }, hint) : null,
  );
}

// Says under each field what is wrong with it, and goes to the first.
export function complain(form, errors) {
  for (const node of form.querySelectorAll(".wrong")) node.remove();
  for (const node of form.querySelectorAll("[data-block]")) {
    const why = errors[node.dataset.block];
    const control = node.querySelector("input, select, textarea");
    if (why) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
    if (why) node.append(h("p", { class: "wrong", role: "alert" }, why));
  }
  form.querySelector("[aria-invalid]")?.focus();
}

export function read(form) {
  const values = {};
  for (const node of form.querySelectorAll("[data-action]")) {
    const chosen = [...node.querySelectorAll("input:checked")].map((each) => each.value);
    const control = node.querySelector("input, select, textarea");
    const kind = node.dataset.kind;
    const value = kind === "checkboxes" ? chosen : kind === "radio_buttons" ? chosen[0] : control.value;
    if (value !== undefined && value !== "") values[node.dataset.action] = value;
  }
  return values;
}

// What somebody is typing in `before` goes on in what is drawn in its place.
export function carry(before, fresh) {
  for (const typed of before?.querySelectorAll("[data-focus^='field/']") ?? []) {
    const heir = fresh.querySelector(`[data-focus="${CSS.escape(typed.dataset.focus)}"]`);
    if (heir && typed.value && heir.tagName === "INPUT") heir.value = typed.value;
  }
  return fresh;
}

const CONTROLS = {
  plain_text_input: (each, id, optional) => {
    const placeholder = plain(each.placeholder?.text ?? "");
    const properties = { id, placeholder, maxlength: each.max_length, required: !optional };
    if (each.multiline) return h("textarea", properties, each.initial_value ?? "");
    return h("input", { ...properties, value: each.initial_value });
  },
  number_input: (each, id, optional) =>
    h("input", {
      id,
      type: "number",
      value: each.initial_value,
      min: each.min_value,
      max: each.max_value,
      step: each.is_decimal_allowed ? "any" : 1,
      required: !optional,
    }),
  static_select: (each, id, optional) =>
    h("select", { id, required: !optional }, optional || !each.initial_option ? h("option", { value: "" }, "Choose") : null, choices(each)),
  radio_buttons: (each, id, optional) => group(each, id, "radio", [each.initial_option], !optional),
  checkboxes: (each, id) => group(each, id, "checkbox", each.initial_options ?? [], false),
  datepicker: (each, id, optional) => h("input", { id, type: "date", value: each.initial_date, required: !optional }),
  timepicker: (each, id, optional) => h("input", { id, type: "time", value: each.initial_time, required: !optional }),
};

function choices(each) {
  return each.options.map((option) =>
    h("option", { value: option.value, selected: option.value === each.initial_option?.value }, plain(option.text.text)),
  );
}

function group(each, id, type, initial, required) {
  const chosen = new Set(initial.filter(Boolean).map((option) => option.value));
  const rows = each.options.map((option) =>
    h("label", { class: "choice" }, h("input", { type, name: id, value: option.value, checked: chosen.has(option.value), required }), plain(option.text.text)),
  );
  return h("div", { id, role: type === "radio" ? "radiogroup" : "group", "aria-labelledby": `${id}-name` }, rows);
}
