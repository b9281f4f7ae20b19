// @ts-check
// An answer on the page: as a table, as files, and as bars or a map where its columns allow.

/** @typedef {{type: string, value: string, "xml:lang"?: string, datatype?: string}} Cell */
/** @typedef {{width: number, height: number, states: Record<string, [string, string]>}} Points */
/** @typedef {{head: {vars: string[]}, results: {bindings: Record<string, Cell>[]}}} Solutions */

const SHOWN = 1000;
const BARS = 60;
const SVG = "http://www.w3.org/2000/svg";

/** @param {string} name @param {Record<string, string>} attributes @param {(Node | string)[]} inside */
function svg(name, attributes, ...inside) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

/** @param {string} name @param {(Node | string)[]} inside */
function html(name, ...inside) {
  const made = document.createElement(name);
  made.append(...inside);
  return made;
}

/** @param {Solutions} solutions */
export function csv({ head, results }) {
  const cell = (/** @type {string} */ text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = results.bindings.map((row) => head.vars.map((name) => cell(row[name]?.value ?? "")));
  return [head.vars.map(cell), ...rows].map((row) => row.join(",")).join("\r\n") + "\r\n";
}

/** @param {Cell | undefined} cell */
function shown(cell) {
  if (!cell) return "";
  if (cell.type === "uri" && /^https?:/.test(cell.value)) {
    const link = /** @type {HTMLAnchorElement} */ (html("a", cell.value));
    link.href = cell.value;
    return link;
  }
  const text = html("span", cell.value);
  if (cell["xml:lang"]) Object.assign(text, { lang: cell["xml:lang"], dir: "auto" });
  return text;
}

/** @param {Solutions} solutions */
export function table({ head, results }) {
  const column = (/** @type {string} */ name) => Object.assign(html("th", name), { scope: "col" });
  const rows = results.bindings.slice(0, SHOWN);
  const cell = (/** @type {string} */ name, /** @type {Cell | undefined} */ one) => {
    const value = number(one);
    if (Number.isNaN(value) || !Number.isFinite(value) || /year$/i.test(name)) return html("td", shown(one));
    // A number that counts or measures, as the page's language writes it; a year is none.
    const text = value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 20 });
    return Object.assign(html("td", text), { className: "number" });
  };
  return html(
    "table",
    html("thead", html("tr", ...head.vars.map(column))),
    html("tbody", ...rows.map((row) => html("tr", ...head.vars.map((name) => cell(name, row[name]))))),
  );
}

/** @param {Cell | undefined} cell */
function number(cell) {
  return cell?.datatype && /#(integer|decimal|double|float|int|long)$/.test(cell.datatype) ? Number(cell.value) : NaN;
}

/** The last column of numbers. @param {Solutions} solutions */
function measure({ head, results }) {
  const numeric = (/** @type {string} */ name) =>
    results.bindings.some((row) => row[name]) && results.bindings.every((row) => !row[name] || !Number.isNaN(number(row[name])));
  return head.vars.findLast(numeric);
}

/** Bars of the last column of numbers, called by the first column; null if there is no such pair. @param {Solutions} solutions */
export function bars(solutions) {
  const { head, results } = solutions;
  const of = measure(solutions);
  const by = head.vars.find((name) => name !== of && results.bindings.every((row) => row[name]));
  const rows = results.bindings;
  if (!of || !by || rows.length < 2 || rows.length > BARS) return null;
  const most = Math.max(...rows.map((row) => number(row[of]) || 0));
  if (!(most > 0) || rows.some((row) => number(row[of]) < 0)) return null;
  const bar = (/** @type {number} */ value) =>
    svg("svg", { class: "bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("rect", { width: String((100 * value) / most), height: "8" }));
  const body = rows.map((row) => {
    const head = Object.assign(html("th", row[by].value), { scope: "row" });
    const value = number(row[of]) || 0;
    const measure = html("div", bar(value), html("span", value.toLocaleString(document.documentElement.lang)));
    measure.className = "measure";
    return html("tr", head, html("td", measure));
  });
  const made = html("table", html("tbody", ...body));
  made.className = "chart";
  return made;
}

/**
 * The states of a column, shaded by the last column of numbers, or all alike without one; null if there are none.
 * @param {Solutions} solutions @param {Points} points @param {string} world
 */
export function map(solutions, points, world) {
  const { head, results } = solutions;
  const code = (/** @type {Cell | undefined} */ cell) => /\/id\/state\/([A-Z]{3})$/.exec(cell?.value ?? "")?.[1];
  const by = head.vars.find((name) => results.bindings.some((row) => code(row[name])));
  if (!by) return null;
  const of = measure(solutions);
  /** @type {Map<string, number>} */
  const sums = new Map();
  for (const row of results.bindings) {
    const state = code(row[by]);
    if (state) sums.set(state, (sums.get(state) ?? 0) + (of ? number(row[of]) || 0 : 1));
  }
  const most = Math.max(...sums.values());
  const made = svg("svg", { class: "map", viewBox: `0 0 ${points.width} ${points.height}`, role: "img", "aria-label": by });
  made.append(svg("image", { href: world, width: String(points.width), height: String(points.height) }));
  for (const [state, sum] of sums) {
    const [x, y] = points.states[state] ?? [];
    if (x === undefined) continue;
    const shade = { class: `q${Math.max(1, Math.ceil((5 * sum) / most))}` };
    const title = svg("title", {}, `${state}: ${sum.toLocaleString(document.documentElement.lang)}`);
    made.append(svg("circle", { ...shade, cx: x, cy: y, r: "6" }, title));
  }
  return made;
}
