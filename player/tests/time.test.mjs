import assert from "node:assert/strict";
import { test } from "node:test";

import { clock, mediaTimeOf, spanOf } from "../time.js";

test("spans are those of the show language", () => {
  const spans = { "20s": 20, "1m30s": 90, "250ms": 0.25, "2h": 7200, "1:30": 90, "1:02:03": 3723 };
  for (const [text, seconds] of Object.entries(spans)) assert.equal(spanOf(text), seconds, text);
  for (const none of ["", "soon", "20", "s", "-5s", "20s!", 20, null, undefined]) {
    assert.equal(spanOf(none), null, String(none));
  }
});

test("a countdown shows the second that runs", () => {
  assert.equal(clock(90), "1:30");
  assert.equal(clock(89.2), "1:30");
  assert.equal(clock(0.4), "0:01");
  assert.equal(clock(-3), "0:00");
  assert.equal(clock(3723), "1:02:03");
});

test("a wall time lies on the stream's time line", () => {
  const moment = { at: 100, date: Date.parse("2026-11-22T12:00:00Z") };
  assert.equal(mediaTimeOf("2026-11-22T12:00:30Z", moment), 130);
  assert.equal(mediaTimeOf("2026-11-22T11:59:00Z", moment), 40);
  assert.equal(mediaTimeOf("soon", moment), null);
  assert.equal(mediaTimeOf(undefined, moment), null);
});
