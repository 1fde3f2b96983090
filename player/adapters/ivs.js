// The Amazon IVS player: timed metadata as payloads.

import { Feed, isOwn, isOwnText, listen } from "./feed.js";

/** The player's own names for its events (`PlayerEventType` and `PlayerState`). */
const CUE = "PlayerTextMetadataCue";
const LOADING = "Ready";

/**
 * Calls `onPayload({text, time, date})` for each payload of an IVS player. Returns what ends it.
 */
export function attach(player, onPayload) {
  const feed = new Feed({
    now: () => player.getPosition(),
    dateOf: (time) => {
      const shown = dateOf(player);
      return shown === null ? null : shown + (time - player.getPosition()) * 1000;
    },
    onPayload,
  });
  const onCue = (cue) => {
    // A TXXX frame has a description and no owner; older versions tell neither.
    if (cue.owner ? !isOwn(cue.owner) : !isOwnText(cue.description)) return;
    feed.add(cue.startTime, cue.text);
    feed.fire();
  };
  const reset = () => feed.reset();
  const fire = () => feed.fire();
  player.addEventListener(CUE, onCue);
  player.addEventListener(LOADING, reset);
  const quiet = listen(
    [player.getHTMLVideoElement(), "timeupdate", fire],
    [document, "visibilitychange", fire],
  );
  return () => {
    player.removeEventListener(CUE, onCue);
    player.removeEventListener(LOADING, reset);
    quiet();
  };
}

/** The wall time of what the player shows now in milliseconds; null where it is not known. */
export function dateOf(player) {
  const behind = player.getLiveLatency();
  return behind > 0 ? Date.now() - behind * 1000 : null;
}
