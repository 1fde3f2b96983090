import type { Detach, OnPayload } from "./payload.js";

/** The part of an `Hls` player (hls.js 1.x, `enableID3MetadataCues` on) that is used. */
export interface HlsLike {
  readonly media: HTMLMediaElement | null;
  readonly playingDate?: Date | null;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
}

/** Listens to an hls.js player, or to a video element that plays HLS by itself (Safari). */
export function attach(player: HlsLike | HTMLMediaElement, onPayload: OnPayload): Detach;

/** The wall time of what the player shows now in milliseconds; null where it is not known. */
export function dateOf(player: HlsLike | HTMLMediaElement): number | null;
