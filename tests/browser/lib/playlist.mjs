// Which segments a media playlist has.

/** The number of the oldest. */
export function first(playlist) {
  return Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(playlist)[1]);
}

/** The number of the newest whole one. */
export function last(playlist) {
  return first(playlist) + playlist.match(/#EXTINF:/g).length - 1;
}
