// The Amazon IVS player. It is not ours to hand on: it comes from where the address says.

import { attach, dateOf } from "../adapters/ivs.js";

/** What it is called. */
export const title = "the Amazon IVS player";

/** The library, as its script leaves it. */
export const found = () => globalThis.IVSPlayer;

/** Plays `src` in `video`. `ended()` is called at its end, `failed(reason)` when it breaks off. */
export function start({ library: IVS, video, src, onPayload, ended, failed }) {
  const player = IVS.create();
  player.attachHTMLVideoElement(video);
  const detach = attach(player, onPayload);
  player.addEventListener(IVS.PlayerState.ENDED, ended);
  player.addEventListener(IVS.PlayerEventType.ERROR, (error) => failed(error.message));
  player.setMuted(video.muted);
  player.setAutoplay(true);
  player.load(src);
  const stop = () => {
    detach();
    player.delete();
  };
  return { now: () => player.getPosition(), date: () => dateOf(player), stop };
}
