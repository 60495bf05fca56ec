// @ts-check
// The streets below the small map: those that the service was started with, or none.

/** @typedef {{ coordinates: number[][] }} Line of longitude, latitude */
/** @typedef {{ lines: Line[], waters: Line[], attribution: string }} Roads `waters` are closed lines */

/**
 * @param {Pick<import("./api.js").Api, "get">} api
 * @returns {Promise<Roads | null>} null: the service has no road file, or could not be asked
 */
export async function fetchRoads(api) {
  try {
    const { roads_url, attribution } = await api.get("/v1/basemap");
    if (roads_url === null) return null;
    const { features } = await api.get(roads_url);
    return { lines: features.flatMap(linesOf), waters: features.flatMap(watersOf), attribution };
  } catch {
    return null; // a card without streets still shows the way
  }
}

/** @param {any} feature @returns {Line[]} */
function linesOf({ geometry }) {
  if (geometry.type === "LineString") return [geometry];
  return geometry.type === "MultiLineString" ? geometry.coordinates.map(line) : [];
}

/** @param {any} feature @returns {Line[]} without the islands in it */
function watersOf({ geometry, properties }) {
  const isWater = geometry.type === "Polygon" && properties.class === "water";
  return isWater ? [line(geometry.coordinates[0])] : [];
}

/** @param {number[][]} coordinates */
const line = (coordinates) => ({ coordinates });
