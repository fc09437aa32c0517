// Slack's mrkdwn as elements. Text goes in as text: whatever it holds, no markup of ours can come of it.

import { h } from "/page/dom.js";

const MARKS = {
  rotating_light: ["critical", "critical"],
  warning: ["warning", "warning"],
  information_source: ["info", "info"],
  white_check_mark: ["done", "done"],
};
const WORDS = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const PARTS = /```([\s\S]+?)```|`([^`\n]+)`|<([^<>\n]+)>|:([a-z0-9_+-]+):|(?<![\p{L}\p{N}])([*_~])(?=\S)([^\n]*?\S)\5(?![\p{L}\p{N}])/u;
const STYLES = { "*": "strong", _: "em", "~": "s" };

export function mrkdwn(text, names) {
  return inline(text, names);
}

export function plain(text) {
  return text.replace(/&(amp|lt|gt);/g, (word) => WORDS[word]);
}

function inline(text, names) {
  const found = PARTS.exec(text);
  if (!found) return text ? [plain(text)] : [];
  const rest = text.slice(found.index + found[0].length);
  return [plain(text.slice(0, found.index)), part(found, names), ...inline(rest, names)];
}

function part([whole, block, code, angle, mark, style, inner], names) {
  if (block !== undefined) return h("pre", {}, plain(block));
  if (code !== undefined) return h("code", {}, plain(code));
  if (angle !== undefined) return reference(angle, names);
  if (mark !== undefined) return MARKS[mark] ? dot(...MARKS[mark]) : whole;
  return h(STYLES[style], {}, inline(inner, names));
}

function dot(kind, label) {
  return h("span", { class: `mark ${kind}`, role: "img", "aria-label": label, title: label });
}

function reference(text, names) {
  const [target, label] = split(text);
  if (target.startsWith("@")) return h("span", { class: "mention" }, `@${names[target.slice(1)] ?? target.slice(1)}`);
  if (target.startsWith("#")) return h("span", { class: "mention" }, `#${label || target.slice(1)}`);
  if (target.startsWith("!date^")) return date(target, label);
  if (target.startsWith("!")) return h("span", { class: "mention" }, `@${label || target.slice(1)}`);
  if (/^(https?|mailto):/.test(target)) {
    return h("a", { href: plain(target), target: "_blank", rel: "noopener noreferrer" }, plain(label || target));
  }
  return plain(`<${text}>`);
}

function split(text) {
  const bar = text.indexOf("|");
  return bar < 0 ? [text, ""] : [text.slice(0, bar), text.slice(bar + 1)];
}

function date(target, fallback) {
  const [, seconds, format] = target.split("^");
  const at = new Date(Number(seconds) * 1000);
  if (Number.isNaN(at.getTime())) return plain(fallback);
  const shown = (format ?? "").replace(/\{(\w+)\}/g, (token, name) => FORMATS[name]?.(at) ?? token);
  return h("time", { datetime: at.toISOString(), title: plain(fallback) }, shown);
}

function day(at, options) {
  const today = new Date();
  if (at.toDateString() === today.toDateString()) return "today";
  today.setDate(today.getDate() - 1);
  return at.toDateString() === today.toDateString() ? "yesterday" : at.toLocaleDateString(undefined, options);
}

const FORMATS = {
  date: (at) => at.toLocaleDateString(undefined, { dateStyle: "long" }),
  date_num: (at) => at.toLocaleDateString("sv"),
  date_short: (at) => at.toLocaleDateString(undefined, { dateStyle: "medium" }),
  date_long: (at) => at.toLocaleDateString(undefined, { dateStyle: "full" }),
  date_pretty: (at) => day(at, { dateStyle: "long" }),
  date_short_pretty: (at) => day(at, { dateStyle: "medium" }),
  date_long_pretty: (at) => day(at, { dateStyle: "full" }),
  time: (at) => at.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
  time_secs: (at) => at.toLocaleTimeString(undefined, { hourCycle: "h23" }),
};
