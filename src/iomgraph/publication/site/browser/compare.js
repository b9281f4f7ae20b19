// @ts-check
// The order of the cells of a table: numbers by size, texts as the page's language sorts them.

/** @param {string} lang @returns {(one: string, other: string) => number} */
export function comparison(lang) {
  const texts = new Intl.Collator(lang, { numeric: true });
  return (one, other) => {
    const [first, second] = [Number(one), Number(other)];
    return Number.isNaN(first) || Number.isNaN(second) ? texts.compare(one, other) : first - second;
  };
}

/**
 * A copy of some rows, sorted by a cell; rows whose cell is empty stand last either way.
 * @template T @param {T[]} rows @param {(row: T) => string} cell @param {boolean} descending
 */
export function sorted(rows, cell, descending) {
  const compare = comparison(document.documentElement.lang);
  const filled = rows.filter((row) => cell(row) !== "");
  filled.sort((one, other) => (descending ? -1 : 1) * compare(cell(one), cell(other)));
  return [...filled, ...rows.filter((row) => cell(row) === "")];
}
