// The adapters against players that do what the real ones do; the real ones are met in a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

const doc = new EventTarget();
globalThis.document = doc;
globalThis.HTMLMediaElement = class extends EventTarget {};

const { attach: attachHls } = await import("../adapters/hls.js");
const { attach: attachVideojs } = await import("../adapters/videojs.js");
const { attach: attachIvs } = await import("../adapters/ivs.js");
const { decode } = await import("../adapters/feed.js");

const OWNER = "metadata.live-video.net";
const bytes = (text) => new TextEncoder().encode(text);

class Track extends EventTarget {
  kind = "metadata";
  cues = [];
  mode = "hidden";
  constructor(label) {
    super();
    this.label = label;
  }
}

class Tracks extends EventTarget {
  all = [];
  [Symbol.iterator]() {
    return this.all[Symbol.iterator]();
  }
  add(label) {
    const track = new Track(label);
    this.all.push(track);
    this.dispatchEvent(Object.assign(new Event("addtrack"), { track }));
    return track;
  }
}

class Media extends HTMLMediaElement {
  textTracks = new Tracks();
  currentTime = 0;
  to(time) {
    this.currentTime = time;
    this.dispatchEvent(new Event("timeupdate"));
  }
}

class Hls {
  static Events = {
    MEDIA_ATTACHED: "attached",
    MEDIA_DETACHING: "detaching",
    MANIFEST_LOADING: "loading",
  };
  #target = new EventTarget();
  #listeners = new Map();
  media = new Media();
  playingDate = null;
  on(name, listener) {
    this.#listeners.set(listener, () => listener());
    this.#target.addEventListener(name, this.#listeners.get(listener));
  }
  off(name, listener) {
    this.#target.removeEventListener(name, this.#listeners.get(listener));
  }
  tell(name) {
    this.#target.dispatchEvent(new Event(name));
  }
}

const priv = (startTime, text, info = OWNER) => ({
  startTime,
  value: { key: "PRIV", info, data: bytes(text).buffer },
});

function withHls() {
  const hls = new Hls();
  const got = [];
  const detach = attachHls(hls, (payload) => got.push(payload));
  const track = hls.media.textTracks.add("id3");
  return { hls, track, detach, got, texts: () => got.map(({ text }) => text) };
}

test("hls.js: a payload is fired once, at its time, in order", () => {
  const { hls, track, got, texts } = withHls();
  track.cues.push(priv(2.033, "b ü"), priv(2, "a"), priv(9, "later"));
  hls.media.to(1.9);
  assert.deepEqual(texts(), []);
  hls.media.to(2.5);
  assert.deepEqual(texts(), ["a", "b ü"]);
  assert.equal(got[0].time, 2);
  hls.media.to(2.6);
  hls.media.to(30);
  assert.deepEqual(texts(), ["a", "b ü", "later"]);
});

test("hls.js: a tab that slept misses nothing, though no cue is active any more", () => {
  const { hls, track, texts } = withHls();
  for (let n = 0; n < 30; n += 1) track.cues.push(priv(n, `${n}`));
  hls.media.currentTime = 100;
  doc.dispatchEvent(new Event("visibilitychange"));
  assert.equal(texts().length, 30);
});

test("hls.js: seeking back, and loading a segment again, fires nothing twice", () => {
  const { hls, track, texts } = withHls();
  track.cues.push(priv(2, "a"));
  hls.media.to(3);
  track.cues = [priv(2.004, "a")];
  hls.media.to(1);
  hls.media.to(3);
  assert.deepEqual(texts(), ["a"]);
  // Recovering from a media error takes the element away and gives it back.
  hls.tell(Hls.Events.MEDIA_DETACHING);
  hls.tell(Hls.Events.MEDIA_ATTACHED);
  track.cues = [priv(2, "a"), priv(2.5, "a")];
  hls.media.to(3);
  assert.deepEqual(texts(), ["a", "a"]);
});

test("hls.js: another stream may say the same at the same time", () => {
  const { hls, track, texts } = withHls();
  track.cues.push(priv(2, "a"));
  hls.media.to(3);
  hls.tell(Hls.Events.MANIFEST_LOADING);
  track.cues = [priv(2, "a")];
  hls.media.to(3);
  assert.deepEqual(texts(), ["a", "a"]);
});

test("hls.js: other owners are not read, TXXX is", () => {
  const { hls, track, texts } = withHls();
  const foreign = { key: "PRIV", info: "com.apple.streaming.transportStreamTimestamp" };
  Object.defineProperty(foreign, "data", { get: () => assert.fail("the primer was read") });
  track.cues.push(
    { startTime: 1, value: foreign },
    { startTime: 1, value: { key: "TXXX", info: "segmentmetadata", data: "{}" } },
    { startTime: 1, value: { key: "TXXX", info: "", data: "text" } },
    { startTime: 1, value: { key: "TIT2", data: "title" } },
    { startTime: 1 },
  );
  hls.media.to(2);
  assert.deepEqual(texts(), ["text"]);
});

test("hls.js: the wall time is that of the payload's moment", () => {
  const { hls, track, got } = withHls();
  track.cues.push(priv(2, "a"));
  hls.playingDate = new Date(1_000_000);
  hls.media.to(5);
  assert.equal(got[0].date, 997_000);
});

test("hls.js: who detached hears nothing more", () => {
  const { hls, track, detach, texts } = withHls();
  detach();
  track.cues.push(priv(1, "a"));
  hls.media.to(2);
  hls.tell(Hls.Events.MEDIA_ATTACHED);
  assert.deepEqual(texts(), []);
});

test("a browser's own HLS is read off the element", () => {
  const media = new Media();
  const got = [];
  attachHls(media, ({ text }) => got.push(text));
  const track = media.textTracks.add("");
  track.mode = "disabled";
  track.cues.push(priv(1, "a"));
  media.to(2);
  assert.deepEqual(got, ["a"]);
  assert.equal(track.mode, "hidden");
});

test("video.js: its own tracks, its own frames", () => {
  const [tracks, target, got] = [new Tracks(), new EventTarget(), []];
  const player = {
    time: 0,
    currentTime: () => player.time,
    textTracks: () => tracks,
    on: (name, listener) => target.addEventListener(name, listener),
    off: (name, listener) => target.removeEventListener(name, listener),
  };
  const segments = tracks.add("segment-metadata");
  segments.cues.push({ startTime: 0, value: { dateTimeObject: new Date(50_000) } });
  const detach = attachVideojs(player, (payload) => got.push(payload));
  const track = tracks.add("Timed Metadata");
  const frame = (owner, text) => ({ key: "PRIV", owner, data: bytes(text) });
  track.cues.push(
    { startTime: 3, value: frame(OWNER, "a") },
    { startTime: 3, value: frame("other", "b") },
  );
  track.cues.push({ startTime: 4, value: { key: "TXXX", description: "", data: "c" } });
  player.time = 4;
  target.dispatchEvent(new Event("timeupdate"));
  assert.deepEqual(
    got.map(({ text, time, date }) => [text, time, date]),
    [
      ["a", 3, 53_000],
      ["c", 4, 54_000],
    ],
  );
  detach();
  track.cues.push({ startTime: 4, value: frame(OWNER, "d") });
  target.dispatchEvent(new Event("timeupdate"));
  assert.equal(got.length, 2);
});

test("a payload is the text that was sent, to its first character", () => {
  assert.equal(decode(bytes("\uFEFFa")), "\uFEFFa");
});

test("the IVS player: its event, held until its time", () => {
  const [got, listeners, video] = [[], new Map(), new Media()];
  const player = {
    position: 1,
    getPosition: () => player.position,
    getLiveLatency: () => 0,
    getHTMLVideoElement: () => video,
    addEventListener: (name, listener) => listeners.set(name, listener),
    removeEventListener: (name) => listeners.delete(name),
  };
  const detach = attachIvs(player, ({ text }) => got.push(text));
  const cue = (startTime, text, owner = OWNER, description = "") =>
    listeners.get("PlayerTextMetadataCue")({ startTime, text, owner, description });
  cue(1, "a");
  cue(1, "b", "somebody.else");
  cue(1, "{}", "", "segmentmetadata");
  cue(2, "c");
  cue(1, "a");
  assert.deepEqual(got, ["a"]);
  player.position = 2;
  video.to(2);
  assert.deepEqual(got, ["a", "c"]);
  detach();
  assert.equal(listeners.size, 0);
});
