// video.js with its own HLS.

import { attach, dateOf } from "../adapters/videojs.js";

const OPTIONS = {
  // The page has controls of its own: only the element that plays is wanted.
  children: ["mediaLoader"],
  autoplay: false,
  preload: "auto",
  html5: {
    vhs: { overrideNative: true, llhls: true },
    nativeAudioTracks: false,
    nativeVideoTracks: false,
  },
};

/** What it is called. */
export const title = "video.js";

/** The library, as its script leaves it. */
export const found = () => globalThis.videojs;

/** Said before the script is loaded: our stylesheet is the only one. */
export function prepare() {
  globalThis.VIDEOJS_NO_DYNAMIC_STYLE = true;
}

/** Plays `src` in `video`. `ended()` is called at its end, `failed(reason)` when it breaks off. */
export function start({ library: videojs, video, src, onPayload, ended, failed }) {
  const player = videojs(video, { ...OPTIONS, muted: video.muted });
  const detach = attach(player, onPayload);
  player.on("ended", ended);
  player.on("error", () => failed(player.error()?.message ?? "the video failed"));
  player.src({ src, type: "application/x-mpegURL" });
  player.ready(() => player.play()?.catch(() => {}));
  const stop = () => {
    detach();
    player.dispose();
  };
  return { now: () => player.currentTime() ?? 0, date: () => dateOf(player), stop };
}
