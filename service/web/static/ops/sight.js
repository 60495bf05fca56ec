// @ts-check
// Which part of the world the map shows.

/** @typedef {import("./model.js").Place} Place */
/** @typedef {import("./live.js").Box} Box */
/** @typedef {import("../shared/map.js").LibraryMap} LibraryMap */

const TILE_ZOOMS = 1; // the library's tiles have 512 pixels, those of the interface 256
const FAR_ZOOM = 3;

/** What the service is told of it. @param {LibraryMap} map @returns {Box} */
export function boxOf(map) {
  const bounds = map.getBounds();
  const isWhole = map.getZoom() < FAR_ZOOM;
  return {
    south_deg: Math.max(-90, bounds.getSouth()),
    west_deg: isWhole ? -180 : wrapped(bounds.getWest()),
    north_deg: Math.min(90, bounds.getNorth()),
    east_deg: isWhole ? 180 : wrapped(bounds.getEast()),
    zoom: Math.min(22, Math.max(0, map.getZoom() + TILE_ZOOMS)),
  };
}

/**
 * Whether a place is in sight, or near that: the map may be dragged before it is drawn anew.
 * @param {LibraryMap} map @returns {(place: Place) => boolean}
 */
export function sightOf(map) {
  const bounds = map.getBounds();
  const { lat, lng } = bounds.getCenter();
  const [heightDeg, widthDeg] = [bounds.getNorth() - bounds.getSouth(), bounds.getEast() - bounds.getWest()];
  return ({ lat_deg, lng_deg }) => Math.abs(lat_deg - lat) < heightDeg && Math.abs(wrapped(lng_deg - lng)) < widthDeg;
}

/** The same meridian, from -180 to 180. @param {number} lngDeg */
const wrapped = (lngDeg) => ((((lngDeg + 180) % 360) + 360) % 360) - 180;
