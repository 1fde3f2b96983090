// Spans, counts of seconds, and where a wall time lies on the stream's own time line.

const UNITS = { h: 3600, m: 60, s: 1, ms: 0.001 };

/** Seconds of `20s`, `1m30s`, `250ms`, `1:30` or `1:02:03`; null for what is no span. */
export function spanOf(text) {
  if (typeof text !== "string") return null;
  if (/^\d+(:\d\d){1,2}$/.test(text)) {
    return text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  }
  if (!/^(\d+(?:\.\d+)?(?:ms|h|m|s))+$/.test(text)) return null;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g);
  return [...parts].reduce((sum, [, count, unit]) => sum + count * UNITS[unit], 0);
}

/** `1:05`, `1:02:03`: seconds as a countdown shows them, rounded up. */
export function clock(seconds) {
  const left = Math.max(0, Math.ceil(seconds - 0.001));
  const two = (n) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/**
 * Where a wall time lies on the stream's time line, in seconds: reckoned from a payload, whose
 * media time is `at` and whose wall time is `date` (milliseconds). Null for what is no time.
 */
export function mediaTimeOf(wall, { at, date }) {
  const meant = Date.parse(wall);
  return Number.isNaN(meant) ? null : at + (meant - date) / 1000;
}
