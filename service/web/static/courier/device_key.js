// @ts-check
// The key of this device: on P-256, made and kept by the browser, which signs with it and never shows it.

const DATABASE = "hexhaul-courier-key";
const STORE = "keys";
const NAME = "device";
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", hash: "SHA-256" };

/**
 * @typedef {{ read: () => Promise<CryptoKey | null>, write: (key: CryptoKey | null) => Promise<void> }} Keeper
 */

/**
 * Open the device's key; where the browser makes none (a page without TLS) or keeps none (a private window), all is null.
 * @param {{ subtle?: SubtleCrypto | null, keeper?: Keeper }} [means]
 * @returns {import("./session.js").Device}
 */
export function deviceKey({ subtle = globalThis.crypto?.subtle ?? null, keeper = browserKeeper } = {}) {
  return {
    async renew() {
      try {
        await keeper.write(null);
        if (subtle === null) return null;
        const pair = await subtle.generateKey(CURVE, false, ["sign"]);
        await keeper.write(pair.privateKey);
        if ((await keeper.read()) === null) return null;
        return text(await subtle.exportKey("raw", pair.publicKey));
      } catch {
        return null; // logged in without a key, then
      }
    },
    async sign(said) {
      const key = await keeper.read(); // that it cannot be read now says nothing of the log-in
      if (key === null || subtle === null) return null;
      return text(await subtle.sign(SIGNING, key, new TextEncoder().encode(said)));
    },
  };
}

/** @type {Keeper} */
const browserKeeper = {
  read: async () => (await done((store) => store.get(NAME), "readonly")) ?? null,
  write: async (key) => {
    await done((store) => (key === null ? store.delete(NAME) : store.put(key, NAME)), "readwrite");
  },
};

/** @param {(store: IDBObjectStore) => IDBRequest} ask @param {IDBTransactionMode} mode @returns {Promise<any>} */
async function done(ask, mode) {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await answerOf(opening);
  try {
    return await answerOf(ask(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function answerOf(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** The bytes in base64url without padding. @param {ArrayBuffer} bytes */
const text = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
