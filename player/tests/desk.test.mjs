// What of the desk's page needs no page: numbers in words, the runner's clock, the connection, the
// long list, what is put by hand.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Api } from "../desk/api.js";
import { RunnerClock } from "../desk/clock.js";
import { EVENTS_MAX, Kept, filterOf, matches } from "../desk/events.js";
import { kindOf, KINDS } from "../desk/field.js";
import { Measure, ROW_PX } from "../desk/list.js";
import { cameOf, namesOf } from "../desk/names.js";
import { noticeOf, payloadOf } from "../desk/put.js";
import { Events } from "../desk/sse.js";
import { toneOf, wordsOf } from "../desk/told.js";
import * as words from "../desk/words.js";

test("spans and sizes are told as a person says them, and never jump back", () => {
  const told = [-5, 0, 40, 7_560, 9_949, 9_950, 42_000, 245_000, 7_500_000, 90_000_000];
  assert.deepEqual(told.map(words.left), [
    ...["now", "now", "0.1 s", "7.6 s", "10.0 s", "10 s", "42 s", "4:05", "2 h 05 min", "1 d 1 h"],
  ]);
  assert.deepEqual([0, 59_999, 60_000, 7_200_000, 90_000_000].map(words.passed), [
    ...["0 s", "59 s", "1 min", "2 h", "1 d"],
  ]);
  assert.deepEqual([7_000, 3_723_000].map(words.running), ["0:07", "1:02:03"]);
  assert.equal(words.size(812, 1024), "812 of 1,024 B");
  assert.equal(words.size(1024), "1,024 B");
  assert.equal(words.bytesOf("Où 猫 🐈"), 12);
  assert.equal(words.many(1, "vote"), "1 vote");
  assert.equal(words.many(1200, "vote"), "1,200 votes");
});

test("the time of day is that of the show's zone", () => {
  const at = Date.parse("2026-11-22T23:31:05.042Z");
  assert.equal(words.timeOfDay(at, 3600), "00:31:05");
  assert.equal(words.timeOfDay(at, -5 * 3600), "18:31:05");
  assert.equal(words.moment(at, 3600), "00:31:05.042");
});

test("the runner's clock is that of the view that came fastest, and jumps with the runner", () => {
  let up = 1000;
  const clock = new RunnerClock(() => up);
  clock.hear(50_000 - 300);
  assert.equal(clock.now(), 49_700);
  up = 1250;
  clock.hear(50_250 - 20);
  assert.equal(clock.now(), 50_230);
  clock.hear(50_250 - 900);
  assert.equal(clock.now(), 50_230, "one that was slow on its way changes nothing");
  up = 1500;
  clock.hear(20_000);
  assert.equal(clock.now(), 20_000, "the runner's own clock was set");
});

test("server-sent events are read wherever the stream is cut", () => {
  const text = 'event: view\r\ndata: {"a":\r\ndata: 1}\r\nid: 7\r\n\r\n: alive\n\ndata:x\n\nevent: empty\n\n';
  for (let cut = 0; cut <= text.length; cut += 1) {
    const heard = [];
    const events = new Events((event) => heard.push(event));
    events.take(text.slice(0, cut));
    events.take(text.slice(cut));
    assert.deepEqual(heard, [
      { event: "view", data: '{"a":\n1}' },
      { event: "message", data: "x" },
    ]);
  }
});

test("of events each is kept once, also when a connection or a runner begins anew", () => {
  const kept = new Kept();
  const event = (id, at = "2026-11-22T20:00:00.000Z") => ({ id, at, event: "sent" });
  assert.equal(kept.take([event(1), event(2)]).length, 2);
  kept.reconnected();
  assert.deepEqual(kept.take([event(2), event(3)]).map((it) => it.event.id), [3]);
  kept.reconnected();
  const other = "2026-11-22T21:00:00.000Z";
  assert.equal(kept.take([event(1, other), event(2, other)]).length, 2, "another run");
  assert.equal(kept.items.length, 5);
  kept.take(Array.from({ length: EVENTS_MAX + 10 }, (_, n) => event(n + 10, other)));
  assert.equal(kept.items.length, EVENTS_MAX);
  assert.deepEqual(kept.items.map((it) => it.seq), kept.items.map((_, n) => kept.items[0].seq + n));
});

test("a filter wants all of its words, in any case", () => {
  const [item] = new Kept().take([{ id: 1, at: "x", event: "sent", payload: '{"text":"Cats"}' }]);
  assert.ok(matches(item, filterOf("  CATS sent ")));
  assert.ok(!matches(item, filterOf("cats refused")));
  assert.ok(matches(item, filterOf("  ")));
});

test("rows of a long list lie below those that are unfolded", () => {
  const plain = new Measure();
  assert.deepEqual([plain.top(3), plain.rowAt(3 * ROW_PX), plain.rowAt(-1)], [3 * ROW_PX, 3, 0]);
  const measure = new Measure([[1, 100], [4, 50]]);
  for (let row = 0; row < 10; row += 1) {
    const top = measure.top(row);
    const below = measure.top(row + 1) - 1;
    assert.deepEqual([measure.rowAt(top), measure.rowAt(below)], [row, row], `row ${row}`);
  }
  assert.equal(measure.top(10), 10 * ROW_PX + 150);
});

test("a payload by hand is JSON where it is JSON, and its numbers are not touched", () => {
  const json = payloadOf('{ "type": "notice", "text": "é", "n": 12345678901234567890 }');
  assert.ok(json.isJson);
  assert.equal(json.body, '{"payload":{ "type": "notice", "text": "é", "n": 12345678901234567890 }}');
  const text = payloadOf('{"torn": ');
  assert.deepEqual([text.isJson, text.text], [false, '{"torn": ']);
  assert.deepEqual(JSON.parse(text.body), { payload: '{"torn": ' });
  assert.deepEqual(payloadOf('"as it is"').text, "as it is");
  assert.equal(noticeOf('say "hi"').text, '{"text":"say \\"hi\\"","type":"notice"}');
});

test("a field of the state keeps the kind of its value", () => {
  assert.deepEqual(["a", 1.5, true, null, [1]].map(kindOf), [
    ...["text", "number", "switch", "json", "json"],
  ]);
  assert.deepEqual(KINDS.number.read(" 3.5 "), { value: 3.5 });
  assert.equal(KINDS.number.read("three"), null);
  assert.equal(KINDS.number.read(" "), null);
  assert.deepEqual(KINDS.text.read("3"), { value: "3" });
  assert.deepEqual(KINDS.json.read("[1, 2]"), { value: [1, 2] });
  assert.equal(KINDS.json.read("[1,"), null);
});

test("an event says in a line what viewers read, or what went wrong", () => {
  const payload = '{"text":"a cat","type":"notice"}';
  const line = (event) => [toneOf(event), wordsOf(event)];
  assert.deepEqual(line({ event: "sent", payload }), ["green", "a cat"]);
  assert.deepEqual(line({ event: "sent", payload, repeat: true }), ["green", "repeat · a cat"]);
  assert.deepEqual(line({ event: "refused", payload, refusal: "throttled", again_ms: 210 }), [
    ...["red", "throttled, again in 210 ms · a cat"],
  ]);
  assert.deepEqual(line({ event: "script_error", message: "no such word", line: 3, column: 16 }), [
    ...["red", "line 3, column 16: no such word"],
  ]);
  assert.deepEqual(line({ event: "skipped", why: "off_air", count: 2 }), ["amber", "off air, 2 fires"]);
  const unknown = { id: 9, at: "x", event: "brand_new", show: "s", colour: "red", list: [1] };
  assert.deepEqual(line(unknown), ["quiet", "colour red · list [1]"]);
});

test("what is done is asked again with the same key where no answer came, and told in words", async () => {
  const asked = [];
  const answers = [
    () => Promise.reject(new TypeError("network")),
    () => json(409, { shows: [{ result: "not_armed", error: "it is not armed", hint: null }] }),
    () => json(404, { shows: [{ error: "no such cue", hint: "did you mean `goal`?" }] }),
    () => json(413, { error: "too large\nhint: make it shorter" }),
    () => json(200, { shows: [{ result: "done" }] }),
  ];
  const json = (status, body) => Promise.resolve(Response.json(body, { status }));
  const get = (url, options) => {
    asked.push([url, options.headers?.["idempotency-key"], options.body]);
    return answers.shift()();
  };
  const api = new Api({ channel: "local", show: "goals" }, get);
  assert.equal((await api.act("cues/goal/fire", { team: "Reds" })).problem, "it is not armed");
  const [first, second] = asked;
  assert.deepEqual(first, second, "the same request, with the same key");
  assert.deepEqual([first[0], first[2]], ["/api/cues/goal/fire?channel=local&show=goals", '{"team":"Reds"}']);
  const unknown = await api.act("cues/gaol/fire");
  assert.equal(unknown.problem, "no such cue · did you mean `goal`?");
  assert.notEqual(asked[2][1], first[1]);
  assert.equal((await api.act("put", '{"payload":1}')).problem, "too large · make it shorter");
  assert.equal((await api.act("hold")).problem, null);
});

test("the names on boards are those of their first column, once each", () => {
  const board = (rows) => ({ payload: { type: "board", title: "Best", rows } });
  const screen = {
    board: board([["Ada", 3], ["<b>Ben</b>", 2], ["Ada", 1]]),
    second: { payload: JSON.stringify(board([["Cleo", 1], ["", 0]]).payload) },
    notice: { payload: { type: "notice", text: "Dan" } },
  };
  assert.deepEqual(namesOf(screen), ["Ada", "<b>Ben</b>", "Cleo"]);
  assert.deepEqual(namesOf({}), []);
  assert.equal(cameOf("hide", 1), "1 viewer · the next leaderboard leaves it out");
  assert.match(cameOf("show", 0), /^no viewer has this name now · /);
});
