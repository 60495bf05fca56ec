// @ts-check
// A small map without tiles: where a few places lie, to scale, north up.
//
// At the size of a city a degree of longitude is as much shorter than one of latitude as the cosine
// of the latitude says.

const METRES_PER_DEG = 111_320;
const SPAN_M_MIN = 400; // a single place is shown with some of its surroundings
const SCALES_M = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];

/**
 * @typedef {{ lat_deg: number, lng_deg: number }} Place
 * @typedef {{ x: number, y: number }} Pixel
 * @typedef {{ width: number, height: number, padding: number }} Box in pixels
 * @typedef {{ place: (place: Place) => Pixel, scale: { metres: number, pixels: number } }} Sketch
 */

/**
 * Lay places out in a box, all of them within its padding.
 * @param {Place[]} places at least one
 * @param {Box} box
 * @returns {Sketch} where any place lies, and a scale bar of at most a third of the width
 */
export function sketch(places, { width, height, padding }) {
  const lats = places.map(({ lat_deg }) => lat_deg);
  const lngs = places.map(({ lng_deg }) => lng_deg);
  const lat = middle(lats);
  const lng = middle(lngs);
  const eastM = METRES_PER_DEG * Math.cos((lat * Math.PI) / 180);
  const spanX = Math.max(SPAN_M_MIN, extent(lngs) * eastM);
  const spanY = Math.max(SPAN_M_MIN, extent(lats) * METRES_PER_DEG);
  const pixelsPerM = Math.min((width - 2 * padding) / spanX, (height - 2 * padding) / spanY);
  const metres = SCALES_M.findLast((scale) => scale * pixelsPerM <= width / 3) ?? SCALES_M[0];
  return {
    place: ({ lat_deg, lng_deg }) => ({
      x: width / 2 + (lng_deg - lng) * eastM * pixelsPerM,
      y: height / 2 - (lat_deg - lat) * METRES_PER_DEG * pixelsPerM,
    }),
    scale: { metres, pixels: metres * pixelsPerM },
  };
}

/**
 * The lines, of those in a file of roads, that cross the box.
 * @param {{ coordinates: number[][] }[]} lines of longitude, latitude
 * @param {Sketch} sketched @param {Box} box
 * @returns {Pixel[][]}
 */
export function linesWithin(lines, sketched, { width, height }) {
  return lines
    .map(({ coordinates }) =>
      coordinates.map(([lng_deg, lat_deg]) => sketched.place({ lat_deg, lng_deg })),
    )
    .filter((pixels) => {
      const [xs, ys] = [pixels.map(({ x }) => x), pixels.map(({ y }) => y)];
      const isAside = Math.max(...xs) < 0 || Math.min(...xs) > width;
      return !isAside && Math.max(...ys) >= 0 && Math.min(...ys) <= height;
    });
}

/** @param {number[]} values */
const middle = (values) => (Math.min(...values) + Math.max(...values)) / 2;

/** @param {number[]} values */
const extent = (values) => Math.max(...values) - Math.min(...values);
