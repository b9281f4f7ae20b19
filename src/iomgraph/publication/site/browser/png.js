// @ts-check
// Drawings as PNG: a button beside each link to an SVG, which does without it.
const SCALE = 3;

/** @param {string} address @returns {Promise<HTMLImageElement>} */
async function loaded(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}

/** @param {HTMLAnchorElement} link */
async function save(link) {
  const image = await loaded(link.href);
  const canvas = document.createElement("canvas");
  canvas.width = image.width * SCALE;
  canvas.height = image.height * SCALE;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  /** @type {Blob | null} */
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  if (!blob) return;
  const made = document.createElement("a");
  made.href = URL.createObjectURL(blob);
  made.download = (link.pathname.split("/").at(-1) ?? "").replace(/\.svg$/, ".png");
  made.click();
  // The browser has read it by then; a link that is never taken back holds its memory.
  setTimeout(() => URL.revokeObjectURL(made.href), 60_000);
}

for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a.drawing"))) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "PNG" });
  button.addEventListener("click", () => void save(link));
  const item = document.createElement("li");
  item.append(button);
  link.parentElement?.after(item);
}
