// The client of the votes API against a server that says what each test wants.

import assert from "node:assert/strict";
import { test } from "node:test";

import { connect } from "../adapters/votes.js";

const POLL = { poll_id: "p", current_time: "t" };
const BASE = "https://runner.test/show";

/** A server: `answers` by path, each a list of `[status, body, headers]`, the last for good. */
function rig(answers, { storage = new Map(), channel } = {}) {
  const [asked, waits] = [[], []];
  const left = structuredClone(answers);
  const fetch = async (url, { method, body, headers }) => {
    const { pathname, search } = new URL(url);
    const path = pathname.replace("/show/api/", "");
    const from = headers.authorization ?? null;
    asked.push({ path, method, from, body: body && JSON.parse(body), search });
    const list = left[path] ?? [[404, {}]];
    const answer = list.length > 1 ? list.shift() : list[0];
    if (answer === "offline") throw new TypeError("failed to fetch");
    const [status, said, more = {}] = answer;
    return new Response(typeof said === "string" ? said : JSON.stringify(said), {
      status,
      headers: more,
    });
  };
  let now = 0;
  const outside = {
    fetch,
    storage: () => ({
      getItem: (key) => storage.get(key) ?? null,
      setItem: (key, value) => storage.set(key, value),
      removeItem: (key) => storage.delete(key),
    }),
    now: () => now,
    random: () => 0,
    wait: async (ms, event) => {
      waits.push(event ? [ms, event] : [ms]);
      now += ms;
    },
  };
  const votes = connect({ votes: BASE, channel }, outside);
  const paths = () => asked.map(({ path }) => path).join(" ");
  return { votes, asked, waits, paths, storage };
}

/** What a ballot said of itself, each time it changed, until nothing is on its way. */
function vote(ballot, key) {
  const said = [];
  return new Promise((done) => {
    ballot.addEventListener("change", () => {
      said.push(ballot.problem ?? (ballot.pending === null ? "stands" : "sending"));
      if (ballot.pending === null) done(said);
    });
    ballot.choose(key);
  });
}

const VIEWER = [[200, { viewer: "new", token: "v1.id.mac" }]];
const stands = (choice, counted = true) => [200, { ...POLL, choice, counted }];

test("a vote stands when it is acknowledged, and not before", async () => {
  const { votes, asked, paths } = rig({ viewer: VIEWER, votes: [stands("2")] }, { channel: "c" });
  const ballot = votes.ballot(POLL);
  const voting = vote(ballot, "2");
  assert.deepEqual([ballot.standing, ballot.pending], [null, "2"]);
  assert.deepEqual(await voting, ["sending", "stands"]);
  assert.deepEqual([ballot.standing, ballot.pending, ballot.change], ["2", null, null]);
  assert.equal(paths(), "viewer votes");
  assert.deepEqual(asked[1].body, { ...POLL, choice: "2" });
  assert.deepEqual([asked[1].from, asked[1].search], ["Bearer v1.id.mac", "?channel=c"]);
});

test("a viewer is met once, also by votes at once, and never anew while the token is kept", async () => {
  const storage = new Map();
  const first = rig({ viewer: VIEWER, votes: [stands("1")] }, { storage });
  await Promise.all([1, 2, 3].map(() => vote(first.votes.ballot(POLL), "1")));
  assert.equal(first.asked.filter(({ path }) => path === "viewer").length, 1);
  const second = rig({ votes: [stands("1")] }, { storage });
  assert.ok(second.votes.isKnown);
  await vote(second.votes.ballot(POLL), "1");
  assert.equal(second.paths(), "votes");
});

test("where a token cannot be kept, it lasts as long as the page", async () => {
  const asked = [];
  const fetch = async (url, { headers }) => {
    asked.push([new URL(url).pathname, headers.authorization]);
    return Response.json({ viewer: "new", token: "x", choice: "1", counted: true });
  };
  const storage = () => {
    throw new Error("forbidden");
  };
  const votes = connect({ votes: "https://a.test" }, { fetch, storage });
  await vote(votes.ballot(POLL), "1");
  await vote(votes.ballot(POLL), "1");
  assert.deepEqual(asked.map(([path]) => path.slice(5)), ["viewer", "votes", "votes"]);
  assert.equal(asked[2][1], "Bearer x");
});

test("an id that is not taken any more is replaced once", async () => {
  const storage = new Map();
  const answers = { viewer: VIEWER, votes: [[401, {}], stands("1")] };
  const { votes, paths } = rig(answers, { storage });
  await vote(votes.ballot(POLL), "1");
  assert.equal(paths(), "viewer votes viewer votes");
  const without = rig({ viewer: [[200, { viewer: "new" }]], votes: [[401, {}]] });
  assert.deepEqual(await vote(without.votes.ballot(POLL), "1"), ["sending", "no-id"]);
  assert.equal(without.paths(), "viewer votes viewer votes");
});

test("without a connection it is tried again, soon and then more seldom", async () => {
  const answers = { viewer: VIEWER, votes: [...Array(5).fill("offline"), stands("1")] };
  const { votes, waits } = rig(answers);
  const said = await vote(votes.ballot(POLL), "1");
  assert.deepEqual(said, ["sending", ...Array(5).fill("offline"), "stands"]);
  const half = [500, 1000, 2000, 4000, 4000];
  assert.deepEqual(waits, half.map((ms) => [ms, "online"]));
});

test("an answer that acknowledges nothing is none", async () => {
  const answers = { viewer: VIEWER, votes: [[200, "<html>log in"], [502, ""], stands("1")] };
  const { votes } = rig(answers);
  const said = await vote(votes.ballot(POLL), "1");
  assert.deepEqual(said, ["sending", "offline", "offline", "stands"]);
});

test("a busy server is asked again when it wants to be, within limits", async () => {
  const busy = [
    [429, {}, { "retry-after": "3" }],
    [503, {}, { "retry-after": "86400" }],
    [503, {}],
  ];
  const { votes, waits } = rig({ viewer: VIEWER, votes: [...busy, stands("1")] });
  const said = await vote(votes.ballot(POLL), "1");
  assert.deepEqual(said, ["sending", "busy", "busy", "busy", "stands"]);
  assert.deepEqual(waits, [[3000], [30_000], [4000]]);
});

test("a question that the server does not know yet is asked about again, a few times", async () => {
  const early = [404, {}];
  const soon = rig({ viewer: VIEWER, votes: [early, early, stands("1")] });
  const ballot = soon.votes.ballot(POLL);
  assert.deepEqual(await vote(ballot, "1"), ["sending", "early", "early", "stands"]);
  assert.equal(ballot.standing, "1");
  const never = rig({ viewer: VIEWER, votes: [early] });
  const said = await vote(never.votes.ballot(POLL), "1");
  assert.deepEqual(said, ["sending", "early", "early", "early", "absent"]);
  assert.deepEqual(never.waits, [[500, "online"], [1000, "online"], [2000, "online"]]);
});

test("what is final is told apart, and not asked again", async () => {
  const finals = { 400: "refused", 403: "refused", 409: "closed", 413: "refused" };
  for (const [status, problem] of Object.entries(finals)) {
    const { votes, paths } = rig({ viewer: VIEWER, votes: [[Number(status), {}]] });
    const ballot = votes.ballot(POLL);
    assert.deepEqual(await vote(ballot, "1"), ["sending", problem], status);
    assert.equal(ballot.standing, null);
    ballot.choose("2");
    assert.equal(ballot.pending, problem === "refused" ? "2" : null);
    assert.ok(paths().startsWith("viewer votes"));
  }
});

test("without a votes API, and for a question of somebody else, no vote is taken", async () => {
  const none = rig({});
  const tries = ["early", "early", "early"];
  assert.deepEqual(await vote(none.votes.ballot(POLL), "1"), ["sending", ...tries, "absent"]);
  const foreign = rig({ viewer: VIEWER, votes: [stands("1")] });
  assert.deepEqual(await vote(foreign.votes.ballot({ question: "?" }), "1"), ["sending", "absent"]);
  assert.equal(foreign.paths(), "");
});

test("whether a vote can be changed is learnt from its answers", async () => {
  const first = rig({ viewer: VIEWER, votes: [stands("1"), stands("1", false)] }).votes.ballot(POLL);
  await vote(first, "1");
  await vote(first, "2");
  assert.deepEqual([first.standing, first.change, first.isOpen], ["1", false, false]);
  const other = rig({ viewer: VIEWER, votes: [stands("1"), stands("2")] }).votes.ballot(POLL);
  await vote(other, "1");
  await vote(other, "2");
  assert.deepEqual([other.standing, other.change, other.isOpen], ["2", true, true]);
  // The answer of the first try was lost on its way.
  const again = rig({ viewer: VIEWER, votes: ["offline", stands("1", false)] }).votes.ballot(POLL);
  await vote(again, "1");
  assert.deepEqual([again.standing, again.change], ["1", null]);
});

test("who thinks again while a vote is on its way sends the last choice", async () => {
  const { votes, asked } = rig({ viewer: VIEWER, votes: [stands("1"), stands("3")] });
  const ballot = votes.ballot(POLL);
  const voting = vote(ballot, "1");
  ballot.choose("2");
  ballot.choose("3");
  await voting;
  assert.equal(ballot.standing, "3");
  const sent = asked.filter(({ path }) => path === "votes").map(({ body }) => body.choice);
  assert.deepEqual(sent, ["1", "3"], "what had left already is not called back");
});

test("a vote that waits ends with its asking, and says so", async () => {
  const { votes, waits } = rig({ viewer: VIEWER, votes: ["offline"] });
  const ballot = votes.ballot(POLL);
  ballot.addEventListener("change", () => waits.length === 2 && ballot.leave());
  const said = await vote(ballot, "1");
  assert.equal(said.at(-1), "unsent");
  assert.deepEqual([ballot.standing, ballot.pending], [null, null]);
});

test("a vote is not tried for ever", async () => {
  const { votes, waits } = rig({ viewer: VIEWER, votes: ["offline"] });
  assert.equal((await vote(votes.ballot(POLL), "1")).at(-1), "unsent");
  assert.ok(waits.length < 200, `${waits.length}`);
});

test("what the server says of an open poll is known, but a vote of this page is newer", async () => {
  const { votes } = rig({ viewer: VIEWER, votes: [stands("2")] });
  const ballot = votes.ballot(POLL);
  ballot.know({ standing: "1", change: true });
  assert.deepEqual([ballot.standing, ballot.isOpen], ["1", true]);
  await vote(ballot, "2");
  ballot.know({ standing: "1", change: true });
  assert.equal(ballot.standing, "2");
  const fixed = votes.ballot(POLL);
  fixed.know({ standing: "1", change: false });
  fixed.choose("2");
  assert.equal(fixed.pending, null);
});

test("a viewer who is met by the state is not asked for again", async () => {
  const me = { name: "Ada", points: 3, place: 2 };
  const answers = { state: [[200, { me, polls: [], screen: [] }]], votes: [stands("1")] };
  const { votes, paths } = rig(answers);
  assert.deepEqual((await votes.state()).said.me, me);
  await vote(votes.ballot(POLL), "1");
  assert.equal(paths(), "state votes");
});
