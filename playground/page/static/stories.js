// The stories: a button each, and the one that is being told, line by line.

import { begin, tell } from "/page/api.js";
import { busy } from "/page/blocks.js";
import { h, keep, span } from "/page/dom.js";

const buttons = document.getElementById("stories");
const tale = document.getElementById("tale");
const ENDS = { running: "running", done: "proved", failed: "failed", hindered: "not begun" };
let dismissed = "";

export function show(state) {
  const running = state.story?.progress === "running";
  const rows = state.stories.map((each) => ({ ...each, now: running && each.name === state.story.name, running }));
  keep(buttons, rows, (each) => each.name, buttonOf);
  const told = state.story;
  tale.hidden = !told || keyOf(told) === dismissed;
  tale.dataset.progress = told?.progress ?? "";
  if (!tale.hidden) keep(tale, [told], () => "story", taleOf);
}

function keyOf(told) {
  return `${told.name}/${told.lines[0]?.at ?? ""}/${told.progress}`;
}

function buttonOf(story) {
  const start = (event) => {
    if (story.running) return tell("A story is being told; wait for its end.");
    dismissed = "";
    busy(event.currentTarget, () => begin(story.name));
  };
  const properties = { type: "button", class: "story", "data-focus": story.name, title: story.help, "aria-disabled": story.running ? "true" : null };
  return h("button", { ...properties, onclick: start, "aria-describedby": `help-${story.name}` }, story.title, h("span", { class: "muted", id: `help-${story.name}` }, story.help));
}

function taleOf(told) {
  const start = told.lines[0]?.at ?? 0;
  const close = () => {
    dismissed = keyOf(told);
    tale.hidden = true;
  };
  return h(
    "div",
    {},
    h(
      "div",
      { class: "bar" },
      h("h3", {}, told.title),
      h("span", { class: `tag ${told.progress}` }, ENDS[told.progress]),
      told.progress === "running" ? null : h("button", { type: "button", class: "plain", "data-focus": "close-tale", onclick: close }, "Close"),
    ),
    h("ol", {}, told.lines.map((line) => h("li", {}, h("b", {}, `+${span(line.at - start)}`), line.text))),
  );
}
