// The operator's desk: it finds its show, follows what the runner tells of it, and shows that.

import { el } from "../dom.js";
import { Api, shows } from "./api.js";
import { RunnerClock } from "./clock.js";
import { Cues } from "./cues.js";
import { EventList } from "./events.js";
import { write } from "./keyed.js";
import { listen } from "./keys.js";
import { follow } from "./live.js";
import { Names } from "./names.js";
import { Polls } from "./polls.js";
import { Press, setOffline } from "./press.js";
import { Previews } from "./previews.js";
import { noticeForm, putForm } from "./put.js";
import { Band, ScriptNews } from "./script.js";
import { ViewersScreen } from "./screen.js";
import { Sheet } from "./sheet.js";
import { StateForm } from "./state.js";
import { Top } from "./top.js";
import { many, nameOf, timeOfDay } from "./words.js";

/** How often countdowns move, in milliseconds. */
const TICK_MS = 100;
/** How often a show that does not play yet is looked for, in milliseconds. */
const AGAIN_MS = 3000;
/** How long a hold or a panic that could not be done is told of, in milliseconds. */
const COMPLAINT_MS = 15_000;

const part = (id) => document.getElementById(id);

/** The desk of one show. */
class Desk {
  #api;
  #clock = new RunnerClock();
  #view = null;
  #isDue = false;
  #lost = null;
  #top = new Top(part("facts"));
  #lostBand = new Band(part("lost"));
  #heldBand = new Band(part("held"));
  #hold;
  #complaint = null;
  #isStopped = false;
  #parts;
  #previews;
  #events;
  #forms;

  constructor(show) {
    this.#api = new Api(show);
    this.#previews = new Previews(this.#api);
    const cues = new Cues(part("cues"), { api: this.#api, previews: this.#previews });
    const [card, strip, status, slots] = ["card", "strip", "status", "slots"].map(part);
    this.#parts = [
      new Sheet(part("next")),
      cues,
      new ViewersScreen({ card, strip, status, slots }),
      new Names({ section: part("names-section"), place: part("names") }, this.#api),
      new Polls(part("polls"), this.#api),
      new StateForm(part("state"), this.#api),
      new ScriptNews(part("script")),
      this.#top,
      this.#previewed(),
    ];
    this.#forms = [noticeForm(part("notice"), this.#api), putForm(part("put"), this.#api)];
    const [place, filter, count] = ["events", "events-filter", "events-count"].map(part);
    this.#events = new EventList({ place, filter, count });
    this.#safety();
    listen((key) => cues.press(key));
  }

  /** Follows the show for as long as the page is open. */
  run() {
    setInterval(() => this.#tick(), TICK_MS);
    const hear = (event, data) => this.#hear(event, data);
    const tell = (state) => this.#tell(state);
    return follow(this.#api.at("live"), { hear, tell, signal: new AbortController().signal });
  }

  #previewed() {
    return { show: (view) => this.#previews.hear(view) };
  }

  /** Hold, and panic by itself, which is the whole channel's. */
  #safety() {
    const act = (path) => async () => {
      const isPanic = path === "panic" || this.#view?.panic;
      const ask = () => (isPanic ? this.#api.actOnChannel(path) : this.#api.act(path));
      const { problem, said } = await ask();
      if (problem !== null) this.#complain(`✗ ${path}: ${problem}`);
      else write(part("said"), said.shows?.[0]?.said ?? "");
    };
    const toggle = () => act(this.#isStopped ? "resume" : "hold")();
    this.#hold = new Press({ words: "hold", kind: "hold", act: toggle });
    const panic = new Press({ words: "PANIC", kind: "panic", act: act("panic") });
    part("hold-place").append(this.#hold.element);
    part("panic-place").append(panic.element);
  }

  /** Says for a while what could not be done. */
  #complain(words) {
    clearTimeout(this.#complaint);
    this.#lostBand.words = words;
    this.#complaint = setTimeout(() => {
      if (this.#lost === null) this.#lostBand.words = null;
    }, COMPLAINT_MS);
  }

  #hear(event, data) {
    if (event === "happened") this.#events.take(data.events);
    if (event !== "view") return;
    this.#clock.hear(data.at);
    this.#view = data;
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#show(this.#view);
    });
  }

  #show(view) {
    write(part("show"), view.show);
    document.title = `${view.show} · desk`;
    this.#events.offset = view.offset_s;
    for (const it of this.#parts) it.show(view);
    for (const form of this.#forms) {
      form.most = view.limits.payload_bytes;
      form.draw();
    }
    this.#stopped(view);
    this.#tick();
  }

  #stopped({ held, panic }) {
    this.#isStopped = held !== null || panic;
    this.#hold.words = this.#isStopped ? "resume" : "hold";
    this.#hold.element.classList.toggle("is-on", this.#isStopped);
    this.#heldBand.tone = panic ? "red" : "amber";
    this.#heldBand.words = panic ? PANIC : held === null ? null : heldWords(held);
  }

  #tick() {
    const now = this.#clock.now();
    if (this.#lost !== null) this.#lostBand.words = lostWords(this.#lost, this.#view);
    if (this.#view === null) {
      this.#top.tick(now);
      return;
    }
    for (const it of this.#parts) it.tick?.(now);
  }

  #tell(state) {
    const isOpen = state.is === "open";
    this.#top.connection = state.is;
    this.#previews.isOpen = isOpen;
    document.body.dataset.connection = state.is;
    if (isOpen) {
      this.#lost = null;
      this.#lostBand.words = null;
      this.#clock.reset();
      this.#events.reconnected();
    } else {
      this.#lost = { ...state, againAt: performance.now() + state.again };
    }
    setOffline(!isOpen);
    this.#tick();
  }
}

const PANIC = "✗ panic: nothing goes out, and nothing fires by itself, until you resume";
const heldWords = ({ skipped }) =>
  `‖ held: nothing fires by itself, GO does · ${many(skipped, "fire")} skipped so far`;

function lostWords({ problem, againAt }, view) {
  const seconds = Math.max(1, Math.ceil((againAt - performance.now()) / 1000));
  const stale = view ? ` · what you see is of ${timeOfDay(view.at, view.offset_s)}` : "";
  return `✗ ${problem}${stale} · tried again in ${seconds} s`;
}

/** Several shows: which one this desk is for is in its address. */
function picker(all, shown) {
  const options = all.map((it, place) =>
    el("option", { value: place, selected: it === shown }, titleOf(it)),
  );
  if (!shown) options.unshift(el("option", { disabled: true, selected: true }, "choose a show"));
  const go = ({ target }) => {
    const { channel, show } = all[target.value];
    location.search = new URLSearchParams({ channel, show });
  };
  part("channel").replaceChildren(
    all.length > 1 || !shown
      ? el("select", { "aria-label": "show", onchange: go }, options)
      : (shown.name ?? nameOf(shown.channel)),
  );
}

const titleOf = ({ show, channel, name }) => `${show} · ${name ?? nameOf(channel)}`;

/** The address is for people to look at and to copy: the token leaves it. */
function hideToken() {
  const address = new URL(location.href);
  if (!address.searchParams.has("token")) return address.searchParams;
  address.searchParams.delete("token");
  history.replaceState(null, "", address);
  return address.searchParams;
}

/** The show that the address means; it may have yet to begin, and is looked for until it has. */
async function showOf(address) {
  const [asked, script] = ["channel", "show"].map((name) => address.get(name));
  const isMeant = ({ show, channel, name }) =>
    (asked === channel || asked === name) && (script === null || script === show);
  const band = new Band(part("lost"));
  let offered = null;
  for (;;) {
    try {
      const all = await shows();
      const found = asked === null ? all[0] : all.find(isMeant);
      const offer = JSON.stringify(all);
      if (found || offer !== offered) picker(all, found);
      offered = offer;
      if (found) {
        band.words = null;
        return found;
      }
      const none = asked === null ? "no show plays yet" : `no show plays on \`${asked}\``;
      band.words = `✗ ${none}: looked for again every few seconds`;
    } catch (error) {
      band.words = `✗ ${error.message}`;
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

new Desk(await showOf(hideToken())).run();
