// @ts-check
// Tables that sort: each head of a column becomes a button. Without it, the plain tables remain.
import { sorted } from "./compare.js";

/** @param {HTMLTableRowElement} row @param {number} column */
function cell(row, column) {
  const found = row.cells[column];
  return (found?.dataset.sort ?? found?.textContent ?? "").trim();
}

/** @param {HTMLTableElement} table @param {HTMLTableCellElement} head */
function sort(table, head) {
  const descending = head.ariaSort === "ascending";
  for (const one of table.tHead?.rows[0].cells ?? []) one.removeAttribute("aria-sort");
  head.ariaSort = descending ? "descending" : "ascending";
  const column = head.cellIndex;
  // The search shows the first of many rows: it sorts them all by itself.
  const asked = new CustomEvent("reorder", { cancelable: true, detail: { column, descending } });
  if (!table.dispatchEvent(asked)) return;
  for (const body of table.tBodies) body.append(...sorted([...body.rows], (row) => cell(row, column), descending));
}

for (const table of document.querySelectorAll("table.sortable")) {
  for (const head of /** @type {HTMLTableElement} */ (table).tHead?.rows[0].cells ?? []) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(/** @type {HTMLTableElement} */ (table), head));
    head.append(button);
  }
}
