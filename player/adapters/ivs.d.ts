import type { Detach, OnPayload } from "./payload.js";

/** The part of an Amazon IVS player (web SDK 1.x) that is used. */
export interface IvsLike {
  getPosition(): number;
  getLiveLatency(): number;
  getHTMLVideoElement(): HTMLVideoElement;
  addEventListener(event: string, listener: (argument: any) => void): void;
  removeEventListener(event: string, listener: (argument: any) => void): void;
}

/** Listens to an Amazon IVS player. */
export function attach(player: IvsLike, onPayload: OnPayload): Detach;

/** The wall time of what the player shows now in milliseconds; null where it is not known. */
export function dateOf(player: IvsLike): number | null;
