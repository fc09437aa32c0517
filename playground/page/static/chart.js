// A bar chart as SVG, from Block Kit's data_visualization; every figure is there as text too.

import { h } from "/page/dom.js";

const [WIDE, HIGH, FOOT] = [320, 96, 18];
const SVG = document.getElementById("drawing").namespaceURI;

export function chart(block) {
  const series = block.chart.series ?? [];
  return h(
    "figure",
    { class: "chart" },
    h("figcaption", {}, block.title),
    series.map((each) => bars(each.name, each.data)),
  );
}

function bars(name, data) {
  const most = Math.max(1, ...data.map((each) => each.value));
  const step = WIDE / Math.max(1, data.length);
  const spoken = `${name}: ${data.map((each) => `${each.label} ${each.value}`).join(", ")}`;
  return svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH + FOOT}`, role: "img", "aria-label": spoken }, data.map((each, at) => bar(each, at, step, most, data.length)));
}

function bar(each, at, step, most, count) {
  const height = Math.max(1, (Math.max(0, each.value) * (HIGH - 16)) / most);
  const x = at * step + step * 0.14;
  const middle = at * step + step / 2;
  const labelled = count <= 8 || at === 0 || at === count - 1;
  return svg("g", {}, [
    svg("title", {}, [`${each.label}: ${each.value}`]),
    svg("rect", { x, y: HIGH - height, width: step * 0.72, height, rx: 2 }, []),
    each.value ? svg("text", { x: middle, y: HIGH - height - 4 }, [String(each.value)]) : "",
    labelled ? svg("text", { x: middle, y: HIGH + 13, class: "axis" }, [each.label]) : "",
  ]);
}

function svg(tag, properties, children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(properties)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}
