// Bundles the scripts of the site into `built/`, with the engine and the licences of others beside them.
import { build } from "esbuild";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";

await rm("built", { recursive: true, force: true });
await mkdir("built");
const { metafile } = await build({
  entryPoints: ["find.js", "sort.js", "png.js", "ask.js", "worker.js"],
  outdir: "built",
  bundle: true,
  minify: true,
  metafile: true,
  format: "iife",
  target: "es2022",
  legalComments: "eof",
  // The engine is told where its code is, and never asks the module for its address.
  define: { "import.meta.url": '"about:blank"' },
});
await copyFile("node_modules/oxigraph/web_bg.wasm", "built/oxigraph.wasm");

const inside = Object.keys(metafile.inputs).map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
const texts = [];
for (const name of [...new Set(inside)].filter((one) => one !== undefined).sort()) {
  const folder = `node_modules/${name}`;
  const { version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
  const files = (await readdir(folder)).filter((file) => /^licen[cs]e/i.test(file)).sort();
  const read = await Promise.all(files.map((file) => readFile(`${folder}/${file}`, "utf8")));
  texts.push([`${name} ${version} (${license})`, ...read.map((text) => text.trim())].join("\n\n"));
}
await writeFile("built/licences.txt", `${texts.join(`\n\n${"-".repeat(72)}\n\n`)}\n`);
