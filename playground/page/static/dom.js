// Making elements, and keeping a list of them in step with data without touching what has not changed.

export function h(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// One child of `parent` for each item, in order. An item that looks as it did keeps its element, and with it the focus.
export function keep(parent, items, keyOf, build) {
  const before = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  const focus = parent.contains(document.activeElement) ? document.activeElement.dataset.focus : "";
  let cursor = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    const looks = JSON.stringify(item);
    let node = before.get(key);
    before.delete(key);
    if (!node || node.looks !== looks) {
      const fresh = build(item, node);
      Object.assign(fresh.dataset, { key });
      fresh.looks = looks;
      if (node && node !== fresh) {
        if (cursor === node) cursor = fresh;
        node.replaceWith(fresh);
      }
      node = fresh;
    }
    if (node === cursor) cursor = cursor.nextElementSibling;
    else parent.insertBefore(node, cursor);
  }
  for (const node of before.values()) node.remove();
  if (focus && !parent.contains(document.activeElement)) {
    const heir = parent.querySelector(`[data-focus="${CSS.escape(focus)}"]`) ?? parent.closest("[tabindex]");
    heir?.focus({ preventScroll: true });
  }
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

export function time(seconds) {
  return clock.format(new Date(seconds * 1000));
}

export function span(seconds) {
  if (seconds < 1) return `${Math.max(0, Math.round(seconds * 1000))} ms`;
  if (seconds < 120) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  return `${Math.round(seconds / 60)} min`;
}
