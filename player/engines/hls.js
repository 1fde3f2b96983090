// hls.js; where it cannot run, a browser that plays HLS by itself.

import { attach, dateOf } from "../adapters/hls.js";

/** What hls.js is asked to do, beside its own defaults. */
const CONFIG = {
  lowLatencyMode: true,
  enableID3MetadataCues: true,
  // Who fell behind, for the network or the machine stood still, gets back to the others.
  maxLiveSyncPlaybackRate: 1.1,
  // A stream runs for hours; half a minute is enough to look back.
  backBufferLength: 30,
};

/** Media errors that are recovered from before the stream is begun anew. */
const RECOVERIES_MAX = 3;

/** What it is called. */
export const title = "hls.js";

/** The library, as its script leaves it. */
export const found = () => globalThis.Hls;

/** Whether the browser must do without the library. */
export const isNative = () =>
  !globalThis.ManagedMediaSource &&
  !globalThis.MediaSource &&
  document.createElement("video").canPlayType("application/vnd.apple.mpegurl") !== "";

/** Plays `src` in `video`. `ended()` is called at its end, `failed(reason)` when it breaks off. */
export function start({ library: Hls, video, src, onPayload, ended, failed }) {
  video.addEventListener("ended", ended);
  if (!Hls) {
    video.addEventListener("error", () => failed(video.error?.message ?? "the video failed"));
    video.src = src;
    return {
      now: () => video.currentTime,
      date: () => dateOf(video),
      stop: stopper(attach(video, onPayload), () => video.removeAttribute("src")),
    };
  }
  const hls = new Hls(CONFIG);
  let recoveries = 0;
  hls.on(Hls.Events.ERROR, (_, error) => {
    if (!error.fatal) return;
    if (error.type === Hls.ErrorTypes.MEDIA_ERROR && recoveries < RECOVERIES_MAX) {
      recoveries += 1;
      hls.recoverMediaError();
    } else {
      failed(error.details);
    }
  });
  const detach = attach(hls, onPayload);
  hls.loadSource(src);
  hls.attachMedia(video);
  return {
    now: () => video.currentTime,
    date: () => dateOf(hls),
    stop: stopper(detach, () => hls.destroy()),
  };
}

const stopper =
  (...all) =>
  () =>
    all.forEach((stop) => stop());
