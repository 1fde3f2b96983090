// The desk's connection: lost, refused, silent and regained, on a clock of the test's own.

import assert from "node:assert/strict";
import { test } from "node:test";

import { follow } from "../desk/live.js";

/** Follows a runner that answers as `answers` say, one a try, until they are used up. */
async function followed(answers) {
  const ended = new AbortController();
  const [heard, told, waited] = [[], [], []];
  const silences = [];
  const outside = {
    async fetch(url, { signal }) {
      const answer = answers.shift();
      if (answers.length === 0) ended.abort();
      return answer({ url, signal, silences });
    },
    random: () => 1,
    wait: async (ms) => waited.push(ms),
    silence(ms, over) {
      silences.push(over);
      return { again() {}, end() {} };
    },
  };
  const hear = (event, data) => heard.push([event, data]);
  const tell = (state) => told.push(state);
  await follow("/api/live", { hear, tell, signal: ended.signal, outside });
  return { heard, told, waited };
}

const stream = (text) => () => new Response(text, { headers: { "content-type": "text/event-stream" } });
const away = () => Promise.reject(new TypeError("network"));
const last = () => away();

test("what the runner tells is heard, and a lost connection is opened again, each time later", async () => {
  const view = 'event: view\ndata: {"at":1}\n\n';
  const found = await followed([stream(view), away, away, away, away, away, away, stream(view), last]);
  assert.deepEqual(found.heard, [["view", { at: 1 }], ["view", { at: 1 }]]);
  assert.deepEqual(found.waited, [500, 1000, 2000, 4000, 8000, 8000, 8000, 500]);
  const [open, lost, then] = found.told;
  assert.deepEqual(open, { is: "open" });
  assert.deepEqual(lost, { is: "lost", problem: "the runner ended the connection", again: 500 });
  assert.equal(then.problem, "no connection");
  assert.deepEqual(found.told.at(-2), { is: "open" });
});

test("a token that is not this runner's and a full desk are told apart", async () => {
  const refused = (status, body) => () => Response.json(body, { status });
  const found = await followed([
    refused(401, { error: "the desk's token is missing or wrong" }),
    refused(503, { error: "64 desks are open already" }),
    () => new Response("gone", { status: 502 }),
    last,
  ]);
  const problems = found.told.map(({ problem }) => problem);
  assert.match(problems[0], /token is not this runner's any more: open the address/);
  assert.deepEqual(problems.slice(1), ["64 desks are open already", "the runner answers 502"]);
});

test("a runner that says nothing any more is not waited for", async () => {
  const silent = ({ signal, silences }) => {
    const body = new ReadableStream({
      start(controller) {
        signal.addEventListener("abort", () => controller.error(new Error("aborted")));
      },
    });
    queueMicrotask(() => setImmediate(silences.at(-1)));
    return new Response(body);
  };
  const found = await followed([silent, last]);
  assert.deepEqual(found.told.map(({ problem }) => problem), [undefined, "the runner is silent"]);
});
