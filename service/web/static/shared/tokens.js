// @ts-check
// The colours of theme.css, for what is drawn and not styled: maps and charts.

/** @param {string} name such as "busy" @returns {string} */
export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** @param {() => void} redraw called whenever the scheme changes between light and dark @returns {() => void} ends it */
export function onScheme(redraw) {
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", redraw);
  return () => scheme.removeEventListener("change", redraw);
}
