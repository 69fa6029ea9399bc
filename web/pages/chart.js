import { element } from "./element.js";

const NAMESPACE = "http://www.w3.org/2000/svg";
const WIDTH = 480;
const HEIGHT = 120;

function shape(name, attributes, text = "") {
  const made = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.textContent = text;
  return made;
}

/**
 * Bars, one a day, with the first and the last day below. Each bar tells its value when pointed at.
 *
 * @param {{day: string, value: number}[]} days
 * @param {string} title what the bars are, for those who do not see them
 * @param {(value: number) => string} format
 * @returns {HTMLElement}
 */
export function barChart(days, title, format) {
  const highest = Math.max(...days.map(({ value }) => value), 0);
  const step = WIDTH / days.length;
  const total = days.reduce((sum, { value }) => sum + value, 0);
  const chart = shape("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img",
    "aria-label": `${title} in ${days.length} days: ${format(total)}, at most ${format(highest)} a day`,
  });
  days.forEach(({ day, value }, i) => {
    const height = highest > 0 && value > 0 ? Math.max(3, (value / highest) * HEIGHT) : 1;
    const bar = shape("rect", {
      x: i * step + 1.5, y: HEIGHT - height, width: step - 3, height, rx: Math.min(2, height / 2),
      class: value > 0 ? "" : "empty",
    });
    bar.append(shape("title", {}, `${day}: ${format(value)}`));
    chart.append(bar);
  });
  // Not in the drawing: there they would shrink with it on a phone.
  const ends = element("div.ends", { "aria-hidden": "true" }, element("span", {}, days[0].day), element("span", {}, days.at(-1).day));
  return element("div.chart", {}, chart, ends);
}
