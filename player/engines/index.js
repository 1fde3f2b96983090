// Which engine plays, and where its library comes from.

import * as hls from "./hls.js";
import * as ivs from "./ivs.js";
import * as videojs from "./videojs.js";

const ENGINES = { hls, ivs, videojs };

/** A problem that a person can do something about. */
export class Problem extends Error {
  constructor(message, hint) {
    super(message);
    this.hint = hint;
  }
}

/**
 * The engine that the page's address asks for, `?engine=hls|ivs|videojs`, with its library loaded:
 * from `?ivs=` or `?videojs=`, else from where `libraries` says. Returns its `title` and `start`.
 */
export async function engine(query, libraries) {
  const name = query.get("engine") ?? "hls";
  if (!Object.hasOwn(ENGINES, name)) {
    throw new Problem(`the engine \`${name}\` is unknown`, "wanted ?engine=hls, ivs or videojs");
  }
  const { title, found, prepare, start, isNative } = ENGINES[name];
  if (isNative?.()) return { name, title: "the browser itself", start };
  const own = name === "hls" ? null : query.get(name);
  const { url, integrity } = own ? { url: own } : libraries[name];
  prepare?.();
  await load({ name, title, url, integrity });
  const library = found();
  if (!library) throw new Problem(`${url} is not ${title}`, `name its script: ?${name}=<url>`);
  return { name, title, start: (how) => start({ ...how, library }) };
}

function load({ name, title, url, integrity }) {
  return new Promise((loaded, failed) => {
    const script = document.createElement("script");
    if (integrity) {
      script.integrity = integrity;
      script.crossOrigin = "anonymous";
    }
    script.src = url;
    script.onload = loaded;
    script.onerror = () => {
      const hint =
        name === "hls"
          ? "it comes from the network: is there one? build with npm at hand, and it is part of the runner"
          : `is the address right, and was this page opened by hand? ?${name}=<url> names another copy`;
      failed(new Problem(`${title} did not load from ${url}`, hint));
    };
    document.head.append(script);
  });
}
