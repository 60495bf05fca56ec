// @ts-check
// Lets the map library read PMTiles archives. The reader is a script of the older kind: it makes a global.

/** @type {Promise<void> | null} */
let added = null;

/** @param {any} library MapLibre's @returns {Promise<void>} when archives can be named in styles */
export function addTileReader(library) {
  added ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("../vendor/pmtiles/pmtiles.js", import.meta.url).href;
    script.onload = () => {
      const { Protocol } = Reflect.get(globalThis, "pmtiles");
      library.addProtocol("pmtiles", new Protocol().tile);
      resolve();
    };
    script.onerror = () => reject(new Error("the reader of tiles is missing"));
    document.head.append(script);
  });
  return added;
}
