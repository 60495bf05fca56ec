// @ts-check
// The colours of theme.css, for what is drawn and not styled: maps and charts.

/** @param {string} name such as "busy" @returns {string} */
export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** @param {() => void} redraw called whenever the scheme changes between light and dark */
export function onScheme(redraw) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
}
