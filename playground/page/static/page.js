// The page: asks for the state whenever something changed, one request at a time, and shows it.

import { fetchState, follow } from "/page/api.js";
import { say } from "/page/dom.js";
import * as ledger from "/page/ledger.js";
import * as shops from "/page/shops.js";
import * as slack from "/page/slack.js";

let asking = false;
let again = false;

async function refresh() {
  again = true;
  if (asking) return;
  asking = true;
  try {
    while (again) {
      again = false;
      const state = await fetchState(slack.who());
      if (state) [slack, shops, ledger].forEach((part) => part.show(state));
    }
  } finally {
    asking = false;
  }
}

say(document.getElementById("curl"), `curl -H "Authorization: Bearer playground" ${location.origin}/api/inventory`);
slack.start(refresh);
follow(refresh);
