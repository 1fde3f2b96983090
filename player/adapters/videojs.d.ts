import type { Detach, OnPayload } from "./payload.js";

/** The part of a video.js player (8.x, with its own HLS) that is used. */
export interface VideoJsLike {
  currentTime(): number | undefined;
  textTracks(): unknown;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
}

/** Listens to a video.js player. */
export function attach(player: VideoJsLike, onPayload: OnPayload): Detach;

/** The wall time of what the player shows now in milliseconds; null where it is not known. */
export function dateOf(player: VideoJsLike): number | null;
