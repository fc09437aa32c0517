// The page: asks for the state whenever something changed, one request at a time, and shows it.

import { fetchState, follow } from "/page/api.js";
import { say } from "/page/dom.js";
import * as ledger from "/page/ledger.js";
import * as shops from "/page/shops.js";
import * as slack from "/page/slack.js";
import * as steps from "/page/steps.js";
import * as stock from "/page/stock.js";
import * as stories from "/page/stories.js";

const PARTS = [slack, shops, stock, ledger, steps, stories];
const EVERY = 200;
const app = document.getElementById("app");
let asking = false;
let again = false;

async function refresh() {
  again = true;
  if (asking) return;
  asking = true;
  try {
    while (again) {
      again = false;
      const since = performance.now();
      const state = await fetchState(slack.who());
      if (state) show(state);
      await new Promise((resume) => setTimeout(resume, Math.max(0, EVERY - (performance.now() - since))));
    }
  } finally {
    asking = false;
  }
}

function show(state) {
  for (const part of PARTS) part.show(state);
  say(app, state.app.up ? `app: process ${state.app.pid}` : "app: down");
  app.dataset.state = state.app.up ? "live" : "down";
}

say(document.getElementById("curl"), `curl -H "Authorization: Bearer playground" ${location.origin}/api/inventory`);
slack.start(refresh);
follow(refresh);
