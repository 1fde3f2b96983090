// The page: finds what to play, plays it for as long as there are broadcasts, and shows what comes.

import { connect } from "./adapters/votes.js";
import { Audience, SPREAD_MS } from "./audience.js";
import { el, webAddress } from "./dom.js";
import { Problem, engine } from "./engines/index.js";
import { History } from "./history.js";
import { coloured } from "./json.js";
import { live, look } from "./live.js";
import { Memory } from "./memory.js";
import { read } from "./payload.js";
import { Screen } from "./screen.js";
import { Stage } from "./stage.js";

/** How often timers and lines move, in milliseconds. */
const DRAW_MS = 200;
/** A picture that stands still for so long may be at its end, whatever the engine says. */
const STILL_MS = 2000;
/** For so long, it is a broken stream. */
const STALLED_MS = 8000;
/** A page that slept for so long is no longer at the live edge, and no engine hurries back there. */
const SLEPT_MS = 4000;
/** How long after a failure it is tried again. */
const AGAIN_MS = 2000;

const part = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const stage = new Stage({ place: part("stage"), chip: part("state"), message: part("message") });
const memory = new Memory(sessionStorage);
const votes = connect();
const audience = new Audience({ votes, memory });
const screen = new Screen({
  card: part("card"),
  strip: part("strip"),
  status: part("status"),
  memory,
  audience,
});
const history = new History(part("history"));
let session = null;
let shownJson = null;

/**
 * Shows a payload: `text` as it came, `time` on the stream's time line in seconds, `date` the wall
 * time of that moment in milliseconds or null. Fires `payload` on the document.
 */
export function receive({ text, time, date }) {
  const payload = read(text);
  const late = session ? (session.now() - time) * 1000 : 0;
  const isNew = screen.take(payload, { at: time, date: date ?? Date.now() - late });
  history.add(payload, time, isNew);
  part("history-empty").hidden = true;
  showJson(payload);
  document.dispatchEvent(new CustomEvent("payload", { detail: { text, time, date, isNew } }));
}

/** Shows what was sent before this viewer came, asked within `spread` milliseconds. */
async function catchUp(spread) {
  const current = session;
  if (current === null) return;
  const state = await audience.join(spread);
  if (!state || session !== current) return;
  const date = session.date() ?? Date.parse(state.now);
  screen.join(state.screen, { now: session.now(), date });
}

function showJson(payload) {
  part("json-bytes").textContent = `${payload.bytes} B`;
  part("copy").disabled = false;
  if (shownJson === payload.text) return;
  shownJson = payload.text;
  part("json").replaceChildren(coloured(payload.text));
}

async function copy() {
  const button = part("copy");
  try {
    await navigator.clipboard.writeText(shownJson);
    button.textContent = "copied";
  } catch {
    // A page that is not from this machine or by https may not write there.
    getSelection().selectAllChildren(part("json"));
    button.textContent = "selected, copy it by hand";
  }
  setTimeout(() => (button.textContent = "copy"), AGAIN_MS);
}

/** What the server says is to be played, and where libraries are. */
async function config() {
  const channel = query.get("channel");
  const path = channel ? `player/config?${new URLSearchParams({ channel })}` : "player/config";
  const answer = await fetch(path);
  const said = await answer.json();
  if (answer.ok) return said;
  throw new Problem(said.error ?? `the runner answers ${answer.status}`, said.hint ?? null);
}

/** The stream's address: `?src=`, else what the server says. */
function source({ src, problem, hint }) {
  const asked = query.get("src");
  if (asked === null) {
    if (src) return new URL(src, location.href).href;
    throw new Problem(
      problem ?? "there is nothing to play",
      hint ?? "name a stream: ?src=<playback-url>",
    );
  }
  const address =
    URL.canParse(asked, location.href) && webAddress(new URL(asked, location.href).href);
  if (!address)
    throw new Problem(`\`${asked}\` is no address of a stream`, "wanted ?src=https://…m3u8");
  return address;
}

/** What follows the last slash of an ARN. */
const nameOf = (arn) => arn.slice(arn.lastIndexOf("/") + 1);

function showChannels({ channel, channels }) {
  if (!query.has("src")) part("channel").textContent = nameOf(channel);
  if (query.has("src") || !(channels?.length > 1)) return;
  const options = channels.map((arn) =>
    el("option", { value: arn, selected: arn === channel }, nameOf(arn)),
  );
  const go = (event) =>
    (location.search = `${new URLSearchParams({ channel: event.target.value })}`);
  part("channel").replaceChildren(el("select", { "aria-label": "channel", onchange: go }, options));
}

function showEngine(title, { licence }) {
  part("engine").textContent = title;
  if (!licence) return;
  part("licence").href = licence;
  part("licence").hidden = false;
}

/**
 * Plays one broadcast to its end; says why it ended where it should not have. `begun` is called with
 * its first picture.
 */
function broadcast(start, src, found, begun) {
  return new Promise((done) => {
    let [still, last, isOver, drawing] = [0, -1, false, null];
    let drawnAt = Date.now();
    const over = (reason) => {
      clearInterval(drawing);
      session?.stop();
      session = null;
      stage.clear();
      // Where the stream breaks off, a vote that waits for the network stays in sight.
      if (reason === null) screen.reset();
      done(reason);
    };
    const draw = () => {
      const now = session.now();
      screen.draw(now);
      if (last > 0 && now > last) begun();
      still = now === last && stage.isPlaying ? still + DRAW_MS : 0;
      // In a hidden tab this is called seldom, but the stream goes on.
      // What lies behind was sought, not slept through.
      const slept = now < last ? 0 : Date.now() - drawnAt - (now - last) * 1000;
      last = now;
      drawnAt = Date.now();
      if (slept >= SLEPT_MS && found.isLive && stage.isPlaying) once(null);
      if (still === STILL_MS && found.isLive) {
        look(src, { after: true }).then(({ kind }) => kind === "off-air" && once(null));
      }
      if (still >= STALLED_MS) once("the picture stands still");
    };
    // An engine may speak before it is there, and twice.
    const once = (reason) => {
      if (isOver) return;
      isOver = true;
      queueMicrotask(() => over(reason));
    };
    screen.reset();
    session = start({
      video: stage.newVideo(found),
      src,
      onPayload: receive,
      ended: () => once(null),
      failed: (reason) => once(reason),
    });
    drawing = setInterval(draw, DRAW_MS);
  });
}

const WAITING = {
  "off-air": () => [
    "off",
    "off air",
    query.has("src")
      ? `nothing is at ${query.get("src")} now: it is off air, or the address is not right; this page tries again by itself`
      : "this page goes on by itself when the broadcast begins",
  ],
  unreachable: ({ status }) => [
    "error",
    status ? `the stream's server answers ${status}` : "the stream cannot be reached",
    "is its address right, and does its server run? this page tries again by itself",
  ],
  "not-a-stream": () => [
    "error",
    "this is no HLS stream",
    "wanted the address of a playlist, …m3u8",
  ],
};

async function run() {
  const said = await config();
  showChannels(said);
  [votes.channel, memory.channel] = [said.channel, said.channel];
  const src = source(said);
  const { name, title, start } = await engine(query, said.engines);
  showEngine(title, said.engines[name]);
  const isOurs = !said.src || src === new URL(said.src, location.href).href;
  if (isOurs) addEventListener("online", () => catchUp(SPREAD_MS));
  let after = false;
  for (;;) {
    let [hasWaited, isBehind] = [false, false];
    const found = await live(src, {
      after,
      say: (problem) => {
        if (problem.kind === "off-air") {
          hasWaited = true;
          screen.reset();
        }
        stage.say(...WAITING[problem.kind](problem));
      },
    });
    stage.say("connecting", "connecting", null);
    // Who waited for a broadcast sees it from its beginning; all others came late, or were away.
    isBehind = isOurs && found.isLive && !hasWaited;
    const begun = () => {
      if (isBehind) catchUp(after ? SPREAD_MS : 0);
      isBehind = false;
    };
    const problem = await broadcast(start, src, found, begun);
    if (!problem && !found.isLive) {
      stage.say("off", "the recording is over", "reload the page to see it again");
      return;
    }
    after = true;
    // An engine may meet the end of a broadcast as a failure.
    if (problem && (await look(src, { after })).kind !== "off-air") {
      stage.say("error", `the stream broke off: ${problem}`, "trying again");
      await new Promise((again) => setTimeout(again, AGAIN_MS));
    }
  }
}

part("copy").addEventListener("click", copy);
part("json-pane").open = matchMedia("(min-width: 60rem)").matches;
run().catch((error) => {
  const hint =
    error instanceof Problem ? error.hint : "does the runner still run? reload this page";
  stage.say("error", error.message, hint);
});
