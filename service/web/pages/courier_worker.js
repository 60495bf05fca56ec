// The courier's page without a network: its files are kept, and nothing else ever is.
//
// A new version of the page is a new worker with a folder of its own, so files never mix.

const ROOT = "{{assets}}";
const FOLDER = `courier ${ROOT}`;
const PAGE = "/courier";
const FILES = {{files}};
const PATIENCE_MS = 4_000; // with a network that says nothing

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(keepAll());
});

/** Keep all files of this version, or none: while the service is upgraded, another version may answer. */
async function keepAll() {
  const answers = await Promise.all([PAGE, ...FILES].map(fetchOwn));
  const folder = await caches.open(FOLDER);
  await Promise.all(answers.map(([path, answer]) => folder.put(path, answer)));
}

/** A file that is told to be for ever is of the version that was asked for; the page names its files. */
async function fetchOwn(path) {
  const answer = await fetch(path);
  const isOwn =
    path === PAGE
      ? (await answer.clone().text()).includes(`"${ROOT}/`)
      : (answer.headers.get("Cache-Control") ?? "").includes("immutable");
  if (!answer.ok || !isOwn) throw new Error(`${path} is not of this version`);
  return [path, answer];
}

addEventListener("activate", (event) => {
  const forget = (names) =>
    Promise.all(names.filter((name) => name.startsWith("courier ") && name !== FOLDER).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(forget));
});

addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.mode === "navigate" && pathname === PAGE) {
    event.respondWith(page(event.request));
  } else if (FILES.includes(pathname)) {
    event.respondWith(caches.match(pathname).then((kept) => kept ?? fetch(event.request)));
  }
});

/** A touch of the note about an offer leads to the page, where it is answered. */
addEventListener("notificationclick", (event) => {
  event.notification.close();
  const isPage = ({ url }) => new URL(url).pathname === PAGE;
  const show = (windows) => windows.find(isPage)?.focus() ?? clients.openWindow(PAGE);
  event.waitUntil(clients.matchAll({ type: "window" }).then(show));
});

/** The page as it is now, or as it was kept if the network or the service is away, or slow. */
async function page(request) {
  const fresh = fetch(request);
  const tooLate = new Promise((_, reject) => setTimeout(reject, PATIENCE_MS));
  const kept = async () => (await caches.match(PAGE)) ?? fresh;
  const isThere = (answer) => answer.ok || answer.status < 500; // or a proxy says that nobody is
  return Promise.race([fresh, tooLate]).then((answer) => (isThere(answer) ? answer : kept()), kept);
}
