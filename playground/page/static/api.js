// Asking the playground: its state, word of changes, and doing something.

import { say } from "/page/dom.js";

const toast = document.getElementById("toast");
const live = document.getElementById("live");
let hiding = 0;

export function tell(text) {
  say(toast, text);
  toast.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => (toast.hidden = true), 6000);
}

// What the playground answers; null, with the reason shown, when it does not do it.
export async function act(name, fields) {
  return post(`/playground/do/${name}`, fields);
}

export async function begin(story) {
  return post(`/playground/story/${story}`, {});
}

async function post(path, fields) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(fields),
    });
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) return said;
    tell(said.error?.message ?? `The playground answered ${answer.status}.`);
  } catch {
    tell("The playground does not answer. Is it still running?");
  }
  return null;
}

// The state as this person sees it; null when there is none to be had just now.
export async function fetchState(person) {
  try {
    const answer = await fetch(`/playground/state?as=${encodeURIComponent(person)}`);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

// Calls `changed` at the start, after each change, and again when a lost connection is back.
export function follow(changed) {
  const source = new EventSource("/playground/events");
  source.addEventListener("changed", changed);
  source.addEventListener("open", () => show("live"));
  source.addEventListener("error", () => {
    show("reconnecting");
    if (source.readyState === EventSource.CLOSED) setTimeout(() => follow(changed), 2000);
  });
}

function show(state) {
  say(live, state);
  live.dataset.state = state;
  document.body.dataset.live = state;
}
