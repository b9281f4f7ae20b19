// @ts-check
// The list of projects, searched and filtered in the browser. Without it, the plain pages remain.
import { sorted } from "./compare.js";
import { read } from "./read.js";

/**
 * @typedef {object} Project
 * @property {string} path
 * @property {string} key
 * @property {string} title
 * @property {string} lang
 * @property {string[]} titles
 * @property {string} theme
 * @property {string} region
 * @property {string} status
 * @property {string[]} states
 * @property {string[]} goals
 * @property {string[]} topics
 * @property {number | null} from
 * @property {number | null} to
 * @property {string} years
 * @property {number | null} value
 * @property {string} budget
 * @property {string[]} ids
 * @property {string} [text]
 * @property {Set<string>} [words]
 */

const SHOWN = 100;
const LEAST_LETTERS = 4; // Of a word that may be mistyped: shorter ones are like too many others.
const WIDE = "(min-width: 48rem)"; // Where the filters have room to stand open.
const FACETS = /** @type {const} */ (["theme", "region", "status", "states", "topics", "goals"]);

/** @param {string} text */
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** @template {HTMLElement} T @param {string} id @returns {T} */
function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element ${id}`);
  return /** @type {T} */ (found);
}

/** @param {Project} project @param {typeof FACETS[number]} facet @returns {string[]} */
function values(project, facet) {
  const value = project[facet];
  return Array.isArray(value) ? value : value ? [value] : [];
}

/**
 * Whether two words differ by one letter that is wrong, missing or too many, or by two that changed places.
 * @param {string} one @param {string} other
 */
function alike(one, other) {
  if (Math.abs(one.length - other.length) > 1) return false;
  let start = 0;
  while (start < one.length && one[start] === other[start]) start++;
  const [rest, rest2] = [one.slice(start), other.slice(start)];
  if (rest.length !== rest2.length) {
    return rest.length > rest2.length ? rest.slice(1) === rest2 : rest === rest2.slice(1);
  }
  return rest.slice(1) === rest2.slice(1) ||
    (rest[0] === rest2[1] && rest[1] === rest2[0] && rest.slice(2) === rest2.slice(2));
}

class Finder {
  /** @param {HTMLFormElement} form @param {{names: Record<string, string>, codes: Record<string, string>, projects: Project[]}} data */
  constructor(form, data) {
    this.form = form;
    this.names = data.names;
    this.projects = data.projects;
    this.limit = SHOWN;
    /** @type {{column: number, descending: boolean} | null} */
    this.order = null;
    for (const project of this.projects) {
      const things = [project.theme, ...project.states, ...project.topics].filter(Boolean);
      const named = things.flatMap((name) => [this.names[name], data.codes[name] ?? ""]);
      project.text = plain([project.key, ...project.ids, ...project.titles, ...named].join("\n"));
      project.words = new Set(project.text.split(/[^\p{L}\p{N}]+/u));
    }
    const given = new URLSearchParams(location.search);
    for (const [name, value] of given) this.field(name)?.setAttribute("data-value", value);
    for (const facet of FACETS) this.options(facet, given.get(facet) ?? "");
    for (const name of ["q", "from", "to", "least", "most"]) {
      const field = this.field(name);
      if (field) field.value = given.get(name) ?? "";
    }
  }

  /** @param {string} name @returns {HTMLInputElement | HTMLSelectElement | null} */
  field(name) {
    const found = this.form.elements.namedItem(name);
    return found instanceof HTMLInputElement || found instanceof HTMLSelectElement ? found : null;
  }

  /** @param {string} name */
  number(name) {
    const text = this.field(name)?.value ?? "";
    return text === "" ? null : Number(text);
  }

  /** @param {typeof FACETS[number]} facet @param {string} chosen */
  options(facet, chosen) {
    const select = /** @type {HTMLSelectElement} */ (this.field(facet));
    const known = new Set(this.projects.flatMap((project) => values(project, facet)));
    const sorted = [...known].sort((a, b) => this.names[a].localeCompare(this.names[b], document.documentElement.lang, { numeric: true }));
    for (const name of sorted) select.append(new Option(this.names[name], name, false, name === chosen));
  }

  /** What is chosen, as tests; each has the name of its field, so that a facet can be counted without its own. */
  tests() {
    /** @type {Map<string, (project: Project) => boolean>} */
    const tests = new Map();
    const words = plain(this.field("q")?.value ?? "").split(/\s+/).filter(Boolean);
    if (words.length) tests.set("q", (project) => words.every((word) => project.text?.includes(word)));
    // A word that no project has may be mistyped: then those with a word that is like it are found.
    const known = (/** @type {string} */ word) => this.projects.some((project) => project.text?.includes(word));
    const mistyped = words.filter((word) => word.length >= LEAST_LETTERS && !known(word));
    if (mistyped.length) {
      const sure = words.filter((word) => !mistyped.includes(word));
      tests.set("q", (project) =>
        sure.every((word) => project.text?.includes(word)) &&
        mistyped.every((word) => [...(project.words ?? [])].some((one) => alike(word, one))));
    }
    for (const facet of FACETS) {
      const chosen = this.field(facet)?.value;
      if (chosen) tests.set(facet, (project) => values(project, facet).includes(chosen));
    }
    const [from, to, least, most] = ["from", "to", "least", "most"].map((name) => this.number(name));
    if (from !== null) tests.set("from", (project) => project.to !== null && project.to >= from);
    if (to !== null) tests.set("to", (project) => project.from !== null && project.from <= to);
    if (least !== null) tests.set("least", (project) => project.value !== null && project.value >= least);
    if (most !== null) tests.set("most", (project) => project.value !== null && project.value <= most);
    return tests;
  }

  show() {
    const tests = this.tests();
    const passes = (/** @type {Project} */ project, /** @type {string} */ but) =>
      [...tests].every(([name, test]) => name === but || test(project));
    const found = this.ordered(this.projects.filter((project) => passes(project, "")));
    for (const facet of FACETS) {
      /** @type {Map<string, number>} */
      const counts = new Map();
      for (const project of tests.has(facet) ? this.projects.filter((one) => passes(one, facet)) : found)
        for (const value of values(project, facet)) counts.set(value, (counts.get(value) ?? 0) + 1);
      const select = /** @type {HTMLSelectElement} */ (this.field(facet));
      for (const option of [...select.options].slice(1)) {
        const count = counts.get(option.value) ?? 0;
        option.textContent = `${this.names[option.value]} (${count})`;
        option.hidden = count === 0 && !option.selected;
      }
    }
    element("found").textContent = (this.form.dataset.found ?? "").replace("{count}", found.length.toLocaleString(document.documentElement.lang));
    const body = /** @type {HTMLTableElement} */ (element("projects")).tBodies[0];
    body.replaceChildren(...found.slice(0, this.limit).map((project) => this.row(project)));
    element("pages").hidden = true;
    element("more").hidden = found.length <= this.limit;
    this.link(found);
  }

  /** @param {Project[]} found */
  ordered(found) {
    if (!this.order) return found;
    const { column, descending } = this.order;
    const name = (/** @type {string} */ one) => (one ? this.names[one] : "");
    /** @type {((one: Project) => string)[]} */
    const cells = [
      (one) => one.key,
      (one) => one.title,
      (one) => name(one.theme),
      (one) => one.states.map(name).join(", "),
      (one) => one.years,
      (one) => String(one.value ?? ""),
    ];
    return sorted(found, cells[column], descending);
  }

  /** @param {Project} project */
  row(project) {
    const row = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    head.append(this.anchor(project.path, project.key));
    const title = row.insertCell();
    const text = document.createElement("span");
    text.textContent = project.title;
    if (project.lang) Object.assign(text, { lang: project.lang, className: "foreign", dir: "auto" });
    title.append(text);
    row.prepend(head);
    row.insertCell().textContent = project.theme ? this.names[project.theme] : "";
    row.insertCell().textContent = project.states.map((name) => this.names[name]).join(", ");
    const years = row.insertCell();
    years.className = "years";
    years.textContent = project.years;
    const budget = row.insertCell();
    budget.className = "number";
    budget.textContent = project.budget;
    return row;
  }

  /** @param {string} path @param {string} text */
  anchor(path, text) {
    const link = document.createElement("a");
    link.href = `${path.split("/").map(encodeURIComponent).join("/")}.html`;
    link.textContent = text;
    return link;
  }

  /** @param {Project[]} found */
  link(found) {
    const chosen = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) if (value) chosen.set(name, String(value));
    const query = chosen.toString();
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
    const cell = (/** @type {string | number | null} */ value) => `"${String(value ?? "").replaceAll('"', '""')}"`;
    // A cell that a spreadsheet would take for a formula is told to be a text.
    const safe = (/** @type {string} */ text) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
    const names = (/** @type {string[]} */ some) => some.map((name) => this.names[name]).join("; ");
    const lines = [
      ["id", "title", "theme", "region", "status", "states", "topics", "goals", "from", "to", "budget_usd"].map(cell).join(","),
      ...found.map((one) =>
        [one.key, safe(one.title), names(one.theme ? [one.theme] : []), names(one.region ? [one.region] : []),
          names(one.status ? [one.status] : []), names(one.states), names(one.topics), names(one.goals), one.from, one.to, one.value]
          .map(cell).join(","),
      ),
    ];
    const csv = /** @type {HTMLAnchorElement} */ (element("csv"));
    if (csv.href) URL.revokeObjectURL(csv.href);
    csv.download = "projects.csv";
    csv.href = URL.createObjectURL(new Blob([lines.join("\r\n") + "\r\n"], { type: "text/csv" }));
  }

  start() {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let waiting;
    const again = () => {
      this.limit = SHOWN;
      this.show();
    };
    this.form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(again, 120);
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      again();
    });
    this.form.addEventListener("reset", () => setTimeout(again));
    element("projects").addEventListener("reorder", (event) => {
      event.preventDefault();
      this.order = /** @type {CustomEvent} */ (event).detail;
      this.show();
    });
    element("more").addEventListener("click", () => {
      this.limit = Infinity;
      this.show();
    });
    for (const fields of this.form.querySelectorAll("fieldset")) fields.disabled = false;
    const filters = /** @type {HTMLDetailsElement} */ (element("filters"));
    filters.open = matchMedia(WIDE).matches || FACETS.some((facet) => this.field(facet)?.value);
    if (location.search) this.show();
    else this.link(this.projects);
  }
}

const form = /** @type {HTMLFormElement} */ (element("find"));
read(form.dataset.index ?? "")
  .then((bytes) => new Finder(form, JSON.parse(new TextDecoder().decode(bytes))).start())
  .catch(() => (form.hidden = true)); // The plain pages are there all the same.
