import assert from "node:assert/strict";
import { test } from "node:test";

import { live } from "../live.js";
import { Memory } from "../memory.js";

const SRC = "http://a.test/c/playback.m3u8";
const MULTI = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nst-1/media.m3u8\n";
const MEDIA = "#EXTM3U\n#EXTINF:1,\n1.ts\n";
const ENDED = `${MEDIA}#EXT-X-ENDLIST\n`;

/** A server whose answers come in turn, each a map of addresses. */
async function ask(turns, { after = false } = {}) {
  const said = [];
  const get = async (url) => {
    const text = turns[0][url];
    if (typeof text !== "string") throw Object.assign(new Error("no"), { status: text });
    return { url, text };
  };
  const wait = async () => turns.shift();
  const found = await live(SRC, { after, say: ({ kind }) => said.push(kind), get, wait });
  return { found, said };
}

const on = (media) => ({ [SRC]: MULTI, "http://a.test/c/st-1/media.m3u8": media });

test("a stream that is there is not waited for", async () => {
  assert.deepEqual(await ask([on(MEDIA)]), { found: { isLive: true }, said: [] });
  assert.deepEqual(await ask([{ [SRC]: MEDIA }]), { found: { isLive: true }, said: [] });
});

test("a recording is played, but not in place of the next broadcast", async () => {
  assert.deepEqual((await ask([on(ENDED)])).found, { isLive: false });
  const again = await ask([on(ENDED), on(ENDED), on(MEDIA)], { after: true });
  assert.deepEqual(again, { found: { isLive: true }, said: ["off-air", "off-air"] });
});

test("what is in the way is told apart", async () => {
  const turns = [{ [SRC]: 404 }, { [SRC]: 500 }, {}, { [SRC]: "<html>" }, on(404), on(MEDIA)];
  const { said } = await ask(turns);
  assert.deepEqual(said, ["off-air", "unreachable", "unreachable", "not-a-stream", "off-air"]);
});

test("a pick belongs to one asking, and lives as long as the tab", () => {
  const kept = new Map();
  const storage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
  };
  const first = { poll_id: "a", current_time: "1", question: "q", answers: ["x", "y"] };
  const second = { ...first, current_time: "2" };
  const memory = new Memory(storage);
  memory.pick(first, "2");
  assert.equal(memory.picked(first), "2");
  assert.equal(memory.picked(second), null);
  assert.equal(new Memory(storage).picked(first), "2");
  const elsewhere = new Memory(storage);
  elsewhere.channel = "arn:another";
  assert.equal(elsewhere.picked(first), null);
});

test("a pick is kept where there is no storage, and answers for their results", () => {
  const forbidden = () => {
    throw new Error("forbidden");
  };
  const memory = new Memory({ getItem: forbidden, setItem: forbidden });
  const poll = { poll_id: "a", current_time: "1", question: "q", answers: { 1: "x" } };
  memory.pick(poll, "1");
  assert.equal(memory.picked(poll), "1");
  memory.ask(poll);
  assert.equal(memory.asked({ poll_id: "a", current_time: "1", counts: {} }).question, "q");
  for (let n = 0; n < 50; n += 1) memory.ask({ ...poll, poll_id: `other ${n}` });
  assert.equal(memory.asked(poll), null);
});
