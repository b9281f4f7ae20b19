// @ts-check
// The SPARQL page: asks the published dump, in a worker that can be stopped at any time.
import { bars, csv, map, table } from "./answer.js";
import { Editor } from "./editor.js";

/** @template {HTMLElement} T @param {string} id @returns {T} */
function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element ${id}`);
  return /** @type {T} */ (found);
}

const place = element("ask");
const said = /** @type {Record<string, string>} */ ({ ...place.dataset });
const run = /** @type {HTMLButtonElement} */ (element("run"));
const stop = /** @type {HTMLButtonElement} */ (element("stop"));
const limit = /** @type {HTMLSelectElement} */ (element("limit"));
const example = /** @type {HTMLSelectElement} */ (element("example"));
const told = element("told");
const answer = element("shown");

/** The worker, which is replaced when it is stopped. */
class Engine {
  constructor() {
    /** @type {Worker | undefined} */
    this.worker = undefined;
    /** @type {Promise<any>} */
    this.loaded = Promise.resolve();
    /** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void}>} */
    this.waiting = new Map();
    this.last = 0;
    this.start();
  }

  start() {
    this.worker = new Worker(said.worker);
    this.worker.addEventListener("message", ({ data }) => {
      const asked = this.waiting.get(data.id);
      this.waiting.delete(data.id);
      if (data.error) asked?.reject(new Error(data.error));
      else asked?.resolve(data);
    });
    this.worker.addEventListener("error", (event) => this.stop(event.message || said.failed));
    this.loaded = this.send({ what: "load", wasm: absolute(said.wasm), dump: absolute(said.dump) });
    this.loaded.catch(() => undefined);
  }

  /** @param {Record<string, string>} message @returns {Promise<any>} */
  send(message) {
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker?.postMessage({ id, ...message });
    });
  }

  /** @param {string} why */
  stop(why) {
    this.worker?.terminate();
    for (const { reject } of this.waiting.values()) reject(new Error(why));
    this.waiting.clear();
    this.start();
  }
}

/** @param {string} url */
function absolute(url) {
  return new URL(url, location.href).href;
}

/** @param {string} text @param {Record<string, string | number>} values */
function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? value.toLocaleString(document.documentElement.lang) : String(value ?? "");
  });
}

/** @param {string} id @param {string} content @param {string} type @param {string} name */
function offer(id, content, type, name) {
  const link = /** @type {HTMLAnchorElement} */ (element(id));
  if (link.href) URL.revokeObjectURL(link.href);
  link.hidden = !content;
  link.download = name;
  if (content) link.href = URL.createObjectURL(new Blob([content], { type }));
}

const engine = new Engine();
engine.loaded.then(
  ({ quads, milliseconds }) => (told.textContent = filled(said.loaded, { quads, seconds: milliseconds / 1000 })),
  (error) => (told.textContent = `${said.failed} ${error.message}`),
);

const words = kept(fetch(said.words).then((found) => found.json()));
const points = kept(fetch(said.points).then((found) => found.json()));

/** Keep a promise whose failure is told by whoever waits for it. @template T @param {Promise<T>} promise */
function kept(promise) {
  promise.catch(() => undefined);
  return promise;
}

words.then(start, (error) => (told.textContent = `${said.failed} ${error.message}`));

/** @param {import("./editor.js").Vocabulary} vocabulary */
function start(vocabulary) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;
  const editor = new Editor(element("editor"), said.label, vocabulary, {
    run: ask,
    changed(text) {
      clearTimeout(pause);
      pause = setTimeout(() => check(text), 400);
      history.replaceState(null, "", `#${new URLSearchParams({ query: text })}`);
    },
  });

  /** @param {string} text */
  async function check(text) {
    if (run.disabled) return;
    await engine.loaded;
    const fault = await engine.send({ what: "check", text }).then(() => "", (error) => error.message);
    if (editor.text === text) editor.mark(fault);
  }

  async function ask() {
    if (run.disabled) return;
    const text = editor.text;
    run.disabled = true;
    stop.disabled = false;
    told.textContent = said.working;
    answer.replaceChildren();
    for (const id of ["as-csv", "as-json", "as-turtle"]) offer(id, "", "", "");
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let clock;
    try {
      await engine.loaded;
      const seconds = Number(limit.value);
      clock = setTimeout(() => engine.stop(filled(said.late, { seconds })), seconds * 1000);
      await show(await engine.send({ what: "ask", text }));
      editor.mark("");
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      told.textContent = message;
      if (/\d+:\d+/.test(message)) editor.mark(message);
    } finally {
      clearTimeout(clock);
      run.disabled = false;
      stop.disabled = true;
    }
  }

  // A link names an example, or brings a query of its own.
  const asked = new URLSearchParams(location.hash.slice(1));
  const linked = asked.get("query");
  const named = [...example.options].find((one) => one.value.endsWith(`queries/${asked.get("example")}.rq`));
  if (named) named.selected = true;
  if (linked) editor.text = linked;
  else void fetch(example.value).then((found) => found.text()).then((text) => (editor.text = text));
  example.addEventListener("change", async () => {
    editor.text = await fetch(example.value).then((found) => found.text());
    void ask();
  });
  run.addEventListener("click", ask);
  stop.addEventListener("click", () => engine.stop(said.stopped));
  element("unscripted").hidden = true;
  place.hidden = false;
}

/** @param {{graph: boolean, body: string, milliseconds: number}} given */
async function show({ graph, body, milliseconds }) {
  const seconds = milliseconds / 1000;
  if (graph) {
    const shown = document.createElement("pre");
    shown.tabIndex = 0;
    shown.textContent = body.slice(0, 100_000);
    answer.replaceChildren(shown);
    told.textContent = filled(said.graph, { seconds });
    offer("as-turtle", body, "text/turtle", "answer.ttl");
    return;
  }
  const found = JSON.parse(body);
  offer("as-json", body, "application/sparql-results+json", "answer.json");
  if ("boolean" in found) {
    told.textContent = String(found.boolean);
    return;
  }
  const total = found.results.bindings.length;
  told.textContent = filled(said.rows, { total, seconds });
  offer("as-csv", csv(found), "text/csv", "answer.csv");
  const drawn = map(found, await points, said.world);
  answer.replaceChildren(...[drawn, bars(found), table(found)].filter((one) => one !== null));
}
