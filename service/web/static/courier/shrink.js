// @ts-check
// A photo as it is sent: no larger than it has to be, and without what the camera wrote into it.

const SIDE_PX_MAX = 1_600;
const BYTES_MAX = 1_000_000;
const QUALITIES = [0.8, 0.6, 0.4];

/**
 * @param {Blob} photo
 * @returns {Promise<Blob>} a JPEG
 * @throws {Error} it is no picture
 */
export async function shrink(photo) {
  const picture = await createImageBitmap(photo); // turned as it was taken
  const { width, height } = fitting(picture, SIDE_PX_MAX);
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d")?.drawImage(picture, 0, 0, width, height);
  picture.close();
  for (const quality of QUALITIES) {
    const blob = await blobOf(canvas, "image/jpeg", quality);
    if (blob.size <= BYTES_MAX) return blob;
  }
  throw new Error("The photo is too large.");
}

/** The size within a square, in the same proportions and never larger.
 * @param {{ width: number, height: number }} size @param {number} sideMax */
export function fitting({ width, height }, sideMax) {
  const scale = Math.min(1, sideMax / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** @param {HTMLCanvasElement} canvas @param {string} type @param {number} [quality] @returns {Promise<Blob>} */
export function blobOf(canvas, type, quality) {
  return new Promise((resolve, reject) => {
    const given = (/** @type {Blob | null} */ blob) => (blob === null ? reject(new Error("There is no picture.")) : resolve(blob));
    canvas.toBlob(given, type, quality);
  });
}
