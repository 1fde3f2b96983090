import assert from "node:assert/strict";
import { test } from "node:test";

import { read } from "../payload.js";
import { Slots } from "../slots.js";

const NOON = Date.parse("2026-11-22T12:00:00Z");

/** Slots with a hand that takes payloads at a media time, as texts or values. */
function rig() {
  const slots = new Slots();
  const take = (value, at, known) => {
    const payload = read(typeof value === "string" ? value : JSON.stringify(value));
    return slots.take(payload, { at, date: NOON + at * 1000, known });
  };
  const card = () => slots.card?.payload.text;
  return { slots, take, card };
}

test("an equal payload within ten seconds is a repeat, and later a new one", () => {
  const { take } = rig();
  assert.ok(take("Goal!", 0));
  assert.ok(!take("Goal!", 10));
  // Each repeat counts anew, so that a poll repeated for half a minute stays one poll.
  assert.ok(!take("Goal!", 19.9));
  assert.ok(take("Goal!", 30));
});

test("another payload of the slot replaces it, and the first may come again", () => {
  const { take, card } = rig();
  take("one", 0);
  assert.ok(take("two", 1));
  assert.equal(card(), "two");
  assert.ok(take("one", 2));
  assert.equal(card(), "one");
});

test("slots do not disturb each other's repeats", () => {
  const { take } = rig();
  take({ type: "card", title: "Mug" }, 0);
  take("hello", 1);
  assert.ok(!take({ type: "card", title: "Mug" }, 2));
});

test("the newest of poll, card and notice is the card, and the one below comes back", () => {
  const { slots, take, card } = rig();
  const poll = '{"question":"q","answers":["a"]}';
  take(poll, 0);
  take("news", 5);
  assert.equal(card(), "news");
  slots.leave(14.9);
  assert.equal(card(), "news");
  slots.leave(15);
  assert.equal(card(), poll);
});

test("unknown data does not take the card away", () => {
  const { take, card } = rig();
  take({ productId: 1 }, 0);
  assert.equal(card(), '{"productId":1}');
  take("news", 1);
  take({ productId: 2 }, 2);
  assert.equal(card(), "news");
});

test("show_for takes a payload away, in media time", () => {
  const { slots, take, card } = rig();
  take({ type: "card", title: "Mug", show_for: "1m5s" }, 100);
  slots.leave(164.9);
  assert.ok(card());
  slots.leave(165);
  assert.equal(card(), undefined);
});

test("the strip holds timers, meters and boards beside the card", () => {
  const { slots, take } = rig();
  take({ type: "board", rows: [["a", 1]] }, 0);
  take({ type: "timer", ends_at: "2026-11-22T12:00:40Z", text: "t" }, 1);
  take({ type: "meter", text: "m", value: 1, goal: 2 }, 2);
  assert.deepEqual(
    slots.strip.map(({ payload }) => payload.kind),
    ["timer", "meter", "board"],
  );
  assert.equal(slots.card, null);
});

test("a timer ends at its wall time on the stream's time line, and leaves a little later", () => {
  const { slots, take } = rig();
  take({ type: "timer", ends_at: "2026-11-22T12:00:40Z", text: "t" }, 4);
  assert.equal(slots.strip[0].ends, 40);
  slots.leave(49.9);
  assert.equal(slots.strip.length, 1);
  slots.leave(50);
  assert.equal(slots.strip.length, 0);
});

test("clear ends one slot or all, and what was cleared may come again at once", () => {
  const { slots, take, card } = rig();
  take("news", 0);
  take({ type: "card", title: "Mug" }, 0);
  take({ type: "clear", slot: "card" }, 1);
  assert.equal(card(), "news");
  take({ type: "clear" }, 2);
  assert.equal(slots.card, null);
  assert.ok(take("news", 3));
});

const POLL = { question: "q", answers: ["a"] };
const RESULTS = { type: "results", counts: [1] };

test("what is known of the time before the viewer came is not drawn again by its repeat", () => {
  const { slots, take } = rig();
  take({ ...POLL, closes_at: "2026-11-22T12:00:30Z" }, 0, 20);
  const [{ id, ends }] = slots.all;
  assert.equal(ends, 30);
  assert.ok(!take({ ...POLL, closes_at: "2026-11-22T12:00:30Z" }, 19));
  assert.ok(!take({ ...POLL, closes_at: "2026-11-22T12:00:30Z" }, 24));
  assert.ok(!take({ ...POLL, closes_at: "2026-11-22T12:00:30Z" }, 0, 45), "known once more");
  assert.ok(!take({ ...POLL, closes_at: "2026-11-22T12:00:30Z" }, 60), "seldom repeated");
  assert.deepEqual(slots.all.map((entry) => entry.id), [id]);
});

test("what is older than what is shown does not return, and what is newer replaces it", () => {
  const { take, card } = rig();
  take(RESULTS, 10, 15);
  assert.ok(!take(POLL, 9));
  take({ type: "clear" }, 9.5);
  assert.equal(card(), JSON.stringify(RESULTS));
  assert.ok(take(POLL, 16));
  assert.ok(!take(RESULTS, 10, 17), "learnt after what came since");
  assert.equal(card(), JSON.stringify(POLL));
});

test("the newest is the card, also where the older was learnt later", () => {
  const { take, card } = rig();
  take("news", 18);
  take(POLL, 5, 18);
  assert.equal(card(), "news");
});
