import assert from "node:assert/strict";
import { test } from "node:test";

import { connect } from "../adapters/votes.js";
import { Audience } from "../audience.js";
import { Memory } from "../memory.js";

const POLL = { poll_id: "p", current_time: "t", question: "?", answers: { 1: "a", 2: "b" } };
const ME = { name: null, points: 2, place: 1 };
const NOBODY = { name: null, points: 0, place: null };

/** An audience of one, of a server that gives these answers by path; what is not there is 404. */
function rig(answers, kept = new Map()) {
  const [asked, waits] = [[], []];
  const fetch = async (url) => {
    const path = new URL(url).pathname.slice(5);
    asked.push(path);
    const answer = answers[path]?.shift();
    if (answer === "offline") throw new TypeError("failed to fetch");
    return answer ? Response.json(answer[1], { status: answer[0] }) : new Response("", { status: 404 });
  };
  const wait = async (ms) => waits.push(ms);
  const storage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  };
  const outside = { random: () => 0.5, wait };
  const votes = connect({ votes: "https://a.test" }, { fetch, storage: () => storage, ...outside });
  const audience = new Audience({ votes, memory: new Memory(storage), outside });
  return { audience, asked, waits };
}

const open = (more) => ({ ...POLL, change: false, choice: null, ...more });

test("one who comes late finds what is open, with their own choice", async () => {
  const state = { screen: [], polls: [open({ choice: "2" })], me: ME };
  const { audience, asked, waits } = rig({ state: [[200, state]] });
  assert.deepEqual(await audience.join(), state);
  const ballot = audience.ballot({ ...POLL });
  assert.deepEqual([ballot.standing, ballot.change], ["2", false]);
  assert.deepEqual(audience.me, ME);
  assert.deepEqual([asked, waits], [["state"], [0]]);
});

test("where nothing answers it is asked a few times, and where no votes are taken once", async () => {
  const state = { screen: [], polls: [], me: NOBODY };
  const back = rig({ state: ["offline", [503, {}], [200, state]] });
  assert.deepEqual(await back.audience.join(2000), state);
  assert.deepEqual(back.waits, [1000, 1500, 1000, 3000, 1000]);
  const gone = rig({ state: Array(9).fill("offline") });
  assert.equal(await gone.audience.join(), null);
  assert.equal(gone.asked.length, 4);
  const none = rig({});
  assert.equal(await none.audience.join(), null);
  assert.equal(none.asked.length, 1);
});

test("an acknowledged choice is remembered for the results, also by the page's next load", async () => {
  const kept = new Map();
  const vote = [200, { choice: "1", counted: true }];
  const first = rig({ viewer: [[200, { viewer: "new" }]], votes: [vote] }, kept);
  const ballot = first.audience.ballot(POLL);
  await new Promise((done) => {
    ballot.addEventListener("change", () => ballot.standing && done());
    ballot.choose("1");
    assert.equal(kept.size, 0);
  });
  assert.equal(first.audience.ballot({ ...POLL }), ballot);
  assert.equal(rig({}, kept).audience.ballot(POLL).standing, "1");
});

test("who has played is told their place, once a quiz and not all at once", async () => {
  const nobody = { screen: [], polls: [open()], me: NOBODY };
  const stranger = rig({ state: [[200, nobody]], me: [[200, ME]] });
  await stranger.audience.join();
  assert.deepEqual(await stranger.audience.standing(POLL), null);
  assert.deepEqual(stranger.asked, ["state"]);
  const state = { screen: [], polls: [], me: { ...NOBODY, name: "Ada" } };
  const { audience, asked, waits } = rig({ state: [[200, state]], me: [[200, ME], [200, ME]] });
  await audience.join();
  assert.deepEqual(await audience.standing(POLL), ME);
  assert.deepEqual(await audience.standing(POLL), ME);
  assert.deepEqual([asked, waits], [["state", "me"], [0, 1000]]);
});

test("a name is given, or the viewer is told why not", async () => {
  const met = () => ({ viewer: [[200, { viewer: "new" }]] });
  const given = rig({ ...met(), me: [[200, { ...ME, name: "Ada" }]] });
  let told = 0;
  given.audience.addEventListener("me", () => (told += 1));
  assert.equal(await given.audience.rename("Ada"), null);
  assert.deepEqual([given.audience.me.name, told], ["Ada", 1]);
  const refused = rig({ ...met(), me: [[400, { error: "it is empty" }]] });
  assert.equal(await refused.audience.rename(" "), "it is empty");
  assert.match(await rig({}).audience.rename("Ada"), /no names/);
  assert.match(await rig({ viewer: ["offline"] }).audience.rename("Ada"), /no connection/);
});
