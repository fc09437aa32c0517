// One small dialog of our own: a question, perhaps with a number to fill in.

import { h } from "/page/dom.js";

const dialog = document.getElementById("ask");

// The number that was filled in (true where none was asked for), or null when the person thought better of it.
export function ask({ title, text, yes, no = "Cancel", number, danger = false }) {
  const input = number === undefined ? null : h("input", { type: "number", min: 0, max: 1000000, value: number, required: true, "aria-label": title });
  return new Promise((resolve) => {
    const answer = (value) => {
      dialog.onclose = null;
      dialog.close();
      resolve(value);
    };
    const submit = (event) => {
      event.preventDefault();
      answer(input ? Number(input.value) : true);
    };
    dialog.replaceChildren(
      h(
        "form",
        { onsubmit: submit },
        h("h2", { id: "ask-title" }, title),
        text ? h("p", {}, text) : null,
        input,
        h(
          "div",
          { class: "b-actions end" },
          h("button", { type: "button", onclick: () => answer(null) }, no),
          h("button", { class: danger ? "danger" : "primary" }, yes),
        ),
      ),
    );
    dialog.onclose = () => resolve(null);
    dialog.showModal();
    input?.select();
  });
}
