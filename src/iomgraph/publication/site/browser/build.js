// Bundles the scripts of the site into `built/`, with the engine beside them.
import { build } from "esbuild";
import { copyFile, mkdir, rm } from "node:fs/promises";

await rm("built", { recursive: true, force: true });
await mkdir("built");
await build({
  entryPoints: ["find.js", "ask.js", "worker.js"],
  outdir: "built",
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  legalComments: "eof",
  // The engine is told where its code is, and never asks the module for its address.
  define: { "import.meta.url": '"about:blank"' },
});
await copyFile("node_modules/oxigraph/web_bg.wasm", "built/oxigraph.wasm");
