// The Amazon IVS player. It is not ours to hand on: it comes from where the address says.

import { attach } from "../adapters/ivs.js";

/** What npm's copy keeps beside its script. */
const WORKER = "assets/amazon-ivs-wasmworker.min.js";
const BINARY = "assets/amazon-ivs-wasmworker.min.wasm";

/** npm's copy is a module of Node's kind, which leaves itself here. */
export function prepare() {
  globalThis.module ??= { exports: {} };
}

/** The library, as its script leaves it. */
export const found = () =>
  globalThis.IVSPlayer ?? (globalThis.module?.exports?.create ? globalThis.module.exports : null);

/** Plays `src` in `video`. `ended()` is called at its end, `failed(reason)` when it breaks off. */
export function start({ library: IVS, url, video, src, onPayload, ended, failed }) {
  const beside = (file) => new URL(file, new URL(url, location.href)).href;
  // Amazon's own build knows where its parts are, and does not look at these.
  const player = IVS.create({ wasmWorker: beside(WORKER), wasmBinary: beside(BINARY) });
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
  return { now: () => player.getPosition(), stop };
}
