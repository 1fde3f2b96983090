import assert from "node:assert/strict";
import { test } from "node:test";

import { askingOf, choices, read, summary } from "../payload.js";

const kind = (value) => read(JSON.stringify(value)).kind;
const slot = (value) => read(JSON.stringify(value)).slot;

test("the polls of a plain loop are polls", () => {
  const text =
    '{"current_time": "2026-Nov-22-170501", "poll_id": "9b74c9897bac770ffc029102a200c5de", ' +
    '"question": "A cat has 32 muscles in each ear.", ' +
    '"answers": {"1": "True", "2": "False", "3": "Maybe"}}';
  const payload = read(text);
  assert.equal(payload.kind, "poll");
  assert.equal(payload.slot, "poll");
  assert.equal(payload.text, text);
  assert.deepEqual(
    choices(payload.value.answers).map(({ value }) => value),
    ["True", "False", "Maybe"],
  );
});

test("answers come as an object or a list", () => {
  assert.deepEqual(choices(["a", "b"]), [
    { key: "1", value: "a" },
    { key: "2", value: "b" },
  ]);
  assert.deepEqual(choices({ 2: "b", 1: "a" }), [
    { key: "1", value: "a" },
    { key: "2", value: "b" },
  ]);
  for (const none of [null, 7, "ab", undefined]) assert.deepEqual(choices(none), []);
});

test("every kind is known by its form", () => {
  const answers = { 1: "a" };
  assert.equal(kind({ question: "q", answers }), "poll");
  assert.equal(kind({ question: "q", answers, type: "quiz" }), "quiz");
  assert.equal(kind({ type: "results", counts: { 1: 3 }, total: 3 }), "results");
  assert.equal(kind({ type: "notice", text: "x" }), "notice");
  assert.equal(kind({ type: "card", title: "x" }), "card");
  assert.equal(kind({ type: "timer", ends_at: "2026-11-22T17:05:31Z", text: "x" }), "timer");
  assert.equal(kind({ type: "meter", value: 1, goal: 2 }), "meter");
  assert.equal(kind({ type: "board", rows: [["a", 1]] }), "board");
  assert.equal(kind({ type: "clear" }), "clear");
});

test("what lacks its parts, and what is unknown, is shown raw", () => {
  const raw = [
    { productId: "B07" },
    { type: "goal" },
    { type: "notice" },
    { type: "timer", ends_at: "soon" },
    { type: "meter", value: "1", goal: 2 },
    { type: "board", rows: "ab" },
    { type: "board", rows: [1] },
    { question: "q", answers: {} },
    { question: {}, answers: ["a"] },
    { type: "results" },
    { type: "constructor" },
    { type: "__proto__" },
    [1],
    7,
    null,
    "text",
  ];
  for (const value of raw) assert.equal(kind(value), "raw", JSON.stringify(value));
});

test("plain text is a notice", () => {
  for (const text of ["hello", "<b>hi</b>", "{not json", "NaN"]) {
    const payload = read(text);
    assert.equal(payload.kind, "notice");
    assert.equal(payload.slot, "notice");
    assert.equal(payload.value.text, text);
  }
});

test("slots follow the rule of the outbox", () => {
  assert.equal(slot({ slot: "left", type: "notice", text: "x" }), "left");
  assert.equal(slot({ question: 1, answers: 2, type: "quiz" }), "poll");
  assert.equal(slot({ type: "results" }), "poll");
  assert.equal(slot({ type: "goal" }), "goal");
  assert.equal(slot({ a: 1 }), "data");
  assert.equal(slot({ slot: 7, type: 8 }), "data");
  assert.equal(slot([1]), "data");
});

test("an asking is its question and its time", () => {
  const of = (poll_id, current_time) => askingOf({ poll_id, current_time });
  assert.notEqual(of("a", "1"), of("a", "2"));
  assert.notEqual(of("a", "b"), of("ab", ""));
  assert.equal(of("a", "1"), of("a", "1"));
});

test("bytes are counted as the service counts them", () => {
  assert.equal(read("ü€").bytes, 5);
});

test("every kind has its words", () => {
  const words = (value) => summary(read(JSON.stringify(value)));
  assert.equal(words({ question: "q?", answers: ["a", "b"] }), "q? a, b");
  assert.equal(
    words({
      type: "board",
      title: "Final",
      rows: [
        ["Reds", 2],
        ["Blues", 1],
      ],
    }),
    "Final Reds 2, Blues 1",
  );
  assert.equal(words({ type: "results", counts: [1], total: 1, question: "q?" }), "q?: 1 votes");
  assert.equal(words({ a: 1 }), '{"a":1}');
});
