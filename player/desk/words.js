// Numbers as a person at a desk says them: sizes, spans, times of day.

const DAY_S = 86_400;
const encoder = new TextEncoder();

/** The bytes of a text in UTF-8. */
export const bytesOf = (text) => encoder.encode(text).length;

/** `1,024`. */
export const number = (n) => n.toLocaleString("en");

/** `812 B`, and where there is a limit `812 of 1,024 B`. */
export const size = (bytes, most = null) =>
  most === null ? `${number(bytes)} B` : `${number(bytes)} of ${number(most)} B`;

/** `1 vote`, `2 votes`. */
export const many = (n, one, more = `${one}s`) => `${number(n)} ${n === 1 ? one : more}`;

const two = (n) => String(n).padStart(2, "0");

/** What is left, which moves: `7.6 s`, `42 s`, `4:05`, `2 h 05 min`, `3 d 4 h`; then `now`. */
export function left(ms) {
  if (ms <= 0) return "now";
  if (ms < 9_950) return `${(Math.ceil(ms / 100) / 10).toFixed(1)} s`;
  const s = Math.ceil(ms / 1000);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)}:${two(s % 60)}`;
  if (s < DAY_S) return `${Math.floor(s / 3600)} h ${two(Math.floor(s / 60) % 60)} min`;
  return `${Math.floor(s / DAY_S)} d ${Math.floor(s / 3600) % 24} h`;
}

/** What has passed, in one unit: `12 s`, `4 min`, `2 h`, `3 d`. */
export function passed(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  return s < DAY_S ? `${Math.floor(s / 3600)} h` : `${Math.floor(s / DAY_S)} d`;
}

/** How long something goes on already: `0:07`, `1:02:03`. */
export function running(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const [h, m] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

/** The time of day of an instant in the show's zone: `20:31:05`. */
export function timeOfDay(ms, offsetS) {
  const s = (((Math.floor(ms / 1000) + offsetS) % DAY_S) + DAY_S) % DAY_S;
  return `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

/** The same to the millisecond: `20:31:05.042`. */
export const moment = (ms, offsetS) =>
  `${timeOfDay(ms, offsetS)}.${String(((ms % 1000) + 1000) % 1000).padStart(3, "0")}`;

/** What follows the last slash of an ARN. */
export const nameOf = (arn) => arn.slice(arn.lastIndexOf("/") + 1);
