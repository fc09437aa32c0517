// Completing slash commands, sub-commands and SKUs as one types; arrows choose, Tab or Enter takes.

import { h, say } from "/page/dom.js";

const MOST = 8;

export function complete(input, list, hint, stateNow) {
  let options = [];
  let chosen = -1;

  function close() {
    options = [];
    chosen = -1;
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(index) {
    chosen = index;
    [...list.children].forEach((node, at) => {
      node.setAttribute("aria-selected", String(at === index));
      if (at === index) node.scrollIntoView({ block: "nearest" });
    });
    input.setAttribute("aria-activedescendant", index < 0 ? "" : `option-${index}`);
  }

  function take(index) {
    input.value = options[index].value;
    close();
    look();
    input.focus();
  }

  function look() {
    const state = stateNow();
    const found = state ? suggest(input.value, state) : { options: [], hint: "" };
    say(hint, found.hint);
    options = found.options.filter((option) => option.value.trimEnd() !== input.value).slice(0, MOST);
    if (!options.length) return close();
    list.replaceChildren(
      ...options.map((option, at) =>
        h(
          "li",
          { id: `option-${at}`, role: "option", "aria-selected": "false", onpointerdown: (event) => (event.preventDefault(), take(at)) },
          h("span", {}, option.label),
          h("span", { class: "muted" }, option.note),
        ),
      ),
    );
    chosen = -1;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  }

  input.addEventListener("input", look);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const count = options.length + 1;
      choose(((chosen + 1 + step + count) % count) - 1);
    } else if (event.key === "Escape") close();
    else if (event.key === "Tab" && !event.shiftKey) take(Math.max(0, chosen));
    else if (event.key === "Enter" && chosen >= 0) take(chosen);
    else return;
    event.preventDefault();
  });
}

// What could come next: [{label, note, value}], `value` being the whole line with it, and a word of help.
export function suggest(line, state) {
  if (!line.startsWith("/")) return { options: [], hint: "" };
  const words = line.split(" ");
  const last = words.pop();
  const before = words.length ? `${words.join(" ")} ` : "";
  const ours = state.commands.filter((each) => each.slash === words[0]);
  const command = ours.find((each) => each.name === words[1]) ?? (words.length ? ours.find((each) => each.bare) : null);
  const help = command ? `${command.usage}  ·  ${command.help}`.replaceAll("`", "") : "";
  const starts = (text) => text.toLowerCase().startsWith(last.toLowerCase());
  const skus = state.stock.filter((row) => starts(row.sku)).map((row) => option(row.sku, row.title, before, " "));
  if (!words.length) return { options: slashes(state).filter((each) => starts(each.label)), hint: help };
  if (words.length === 1) {
    const subs = ours.filter((each) => !each.bare && starts(each.name)).map((each) => option(each.name, each.help, before, " "));
    const bare = ours.find((each) => each.bare);
    return { options: bare?.usage.includes("SKU") ? [...subs, ...skus].sort(last ? shortest : () => 0) : subs, hint: help };
  }
  const wantsSku = words.length === 2 && command?.name === words[1] && command.usage.includes("SKU");
  return { options: wantsSku ? skus : [], hint: help };
}

function slashes(state) {
  const names = [...new Set(state.commands.map((each) => each.slash))];
  return names.map((name) => option(name, state.commands.find((each) => each.slash === name && each.bare)?.help.replaceAll("`", "") ?? "", "", " "));
}

function option(label, note, before, after) {
  return { label, note, value: `${before}${label}${after}` };
}

function shortest(one, other) {
  return one.label.length - other.label.length;
}
