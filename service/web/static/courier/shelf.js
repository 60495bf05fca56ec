// @ts-check
// Where pictures lie on the phone: IndexedDB, because the other store holds text, and little of it.

const DATABASE = "hexhaul-courier";
const STORE = "pictures";

/**
 * Open the shelf; where the browser has none (a private window), pictures live as long as the page.
 * @returns {Promise<import("./pictures.js").Shelf>}
 */
export async function openShelf() {
  const database = await open().catch(() => null);
  if (database === null) return { all: async () => [], put: async () => {}, delete: async () => {} };
  const store = (/** @type {IDBTransactionMode} */ mode) => database.transaction(STORE, mode).objectStore(STORE);
  /** @template T @param {() => Promise<T>} ask throws at once or later @param {T} otherwise @returns {Promise<T>} */
  const tried = async (ask, otherwise) => {
    try {
      return await ask();
    } catch {
      return otherwise;
    }
  };
  return {
    // Where the disk is full, or the phone has closed the database, they live as long as the page too.
    all: () => tried(() => answerOf(store("readonly").getAll()), []),
    put: (picture) => tried(() => answerOf(store("readwrite").put(picture)), undefined),
    delete: (id) => tried(() => answerOf(store("readwrite").delete(id)), undefined),
  };
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  const asked = indexedDB.open(DATABASE, 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id" });
  return answerOf(asked);
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function answerOf(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
