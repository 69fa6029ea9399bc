/**
 * A new element. Text goes in as text, never as markup.
 *
 * @param {string} name `div`, or `td.number` with a class
 * @param {Record<string, string>} [attributes]
 * @param {...(Node|string|null|undefined|false)} children
 * @returns {HTMLElement}
 */
export function element(name, attributes = {}, ...children) {
  const [tag, className] = name.split(".");
  const made = document.createElement(tag);
  if (className) made.className = className;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  for (const child of children) if (child || child === "") made.append(child);
  return made;
}

/**
 * A table that scrolls by itself where it is too wide.
 *
 * @param {string[]} heads names of columns; those that end in "#" hold numbers
 * @param {(Node|string)[][]} rows
 * @returns {HTMLElement}
 */
export function table(heads, rows) {
  const kinds = heads.map((head) => (head.endsWith("#") ? ".number" : ""));
  const head = heads.map((text, i) => element(`th${kinds[i]}`, { scope: "col" }, text.replace(/#$/, "")));
  const body = rows.map((cells) => element("tr", {}, ...cells.map((cell, i) => element(`td${kinds[i]}`, {}, cell))));
  return element("div.scroll", { tabindex: "0", role: "group", "aria-label": "Table" },
    element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body)));
}
