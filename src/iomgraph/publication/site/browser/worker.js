// @ts-check
// The store: loads the dump once, then answers. It stands in a worker, so that it can be stopped.
import init, { Store } from "oxigraph/web.js";
import { read } from "./read.js";

/** @type {Store | undefined} */
let store;

/** @param {string} wasm @param {string} dump */
async function load(wasm, dump) {
  const start = performance.now();
  const [, text] = await Promise.all([init({ module_or_path: wasm }), read(dump)]);
  store = new Store();
  store.load(text, { format: "application/n-quads", no_transaction: true, lenient: true });
  return { quads: store.size, milliseconds: performance.now() - start };
}

/** The form of a query: its first keyword after the prologue. @param {string} text */
function form(text) {
  const bare = text.replace(/<[^<>"{}|^`\\\s]*>|#[^\n]*/g, " ").replace(/\b(?:PREFIX\s+\S*:|BASE)\s/gi, " ");
  return (/\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b/i.exec(bare)?.[1] ?? "SELECT").toUpperCase();
}

/** @param {string} text */
function ask(text) {
  if (!store) throw new Error("nothing is loaded");
  const start = performance.now();
  const graph = ["CONSTRUCT", "DESCRIBE"].includes(form(text));
  const body = store.query(text, { results_format: graph ? "text/turtle" : "json" });
  return { graph, body, milliseconds: performance.now() - start };
}

/** Find what is wrong with a query by asking it of an empty store. @param {string} text */
function check(text) {
  new Store().query(text, { results_format: ["CONSTRUCT", "DESCRIBE"].includes(form(text)) ? "text/turtle" : "json" });
  return {};
}

addEventListener("message", async (/** @type {MessageEvent} */ event) => {
  const { id, what, text, wasm, dump } = event.data;
  try {
    const result = what === "load" ? await load(wasm, dump) : what === "check" ? check(text) : ask(text);
    postMessage({ id, ...result });
  } catch (error) {
    postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
