// The stage: the video, what is said over it, and sound that a viewer asks for.

import { el } from "./dom.js";

/** How each state is called; the sign is its colour's companion. */
const STATES = {
  connecting: "connecting",
  live: "on air",
  playing: "playing",
  off: "off air",
  error: "not playing",
};

/** The place of the video. */
export class Stage {
  #place;
  #chip;
  #message;
  #sound;
  #play;
  #video = null;
  #muted = true;

  constructor({ place, chip, message }) {
    this.#place = place;
    this.#chip = chip;
    this.#message = message;
    this.#sound = el(
      "button",
      { type: "button", class: "sound", hidden: true, onclick: () => this.#unmute() },
      "turn the sound on",
    );
    this.#play = el(
      "button",
      { type: "button", class: "play", hidden: true, onclick: () => this.#playNow() },
      "play",
    );
    place.append(this.#sound, this.#play);
  }

  /** A new video element for a new stream; an engine may take the last one with it. */
  newVideo({ isLive }) {
    this.clear();
    const video = el("video", { playsinline: true, controls: true, "aria-label": "the stream" });
    video.muted = this.#muted;
    video.autoplay = true;
    video.addEventListener("volumechange", () => this.#heard());
    video.addEventListener("playing", () => {
      this.#play.hidden = true;
      this.say(isLive ? "live" : "playing");
    });
    video.addEventListener("canplay", () => this.#begin(), { once: true });
    this.#place.prepend(video);
    this.#video = video;
    this.#heard();
    return video;
  }

  /** Takes the video away. */
  clear() {
    this.#video = null;
    for (const old of this.#place.querySelectorAll("video, .video-js")) old.remove();
    this.#sound.hidden = true;
    this.#play.hidden = true;
  }

  /** Whether a picture is to be expected: the viewer has not stopped it, and looks. */
  get isPlaying() {
    return this.#video !== null && !this.#video.paused && document.visibilityState === "visible";
  }

  /** Says how it stands, with words over the stage where there is no picture. */
  say(state, message = null, hint = null) {
    if (this.#chip.dataset.state !== state) {
      this.#chip.dataset.state = state;
      this.#chip.textContent = STATES[state];
    }
    const [said, more] = this.#message.children;
    if (said.textContent !== (message ?? "")) said.textContent = message ?? "";
    if (more.textContent !== (hint ?? "")) more.textContent = hint ?? "";
    this.#message.hidden = message === null;
  }

  #heard() {
    if (!this.#video) return;
    this.#muted = this.#video.muted;
    this.#sound.hidden = !this.#muted;
  }

  #unmute() {
    if (!this.#video) return;
    this.#video.muted = false;
    if (this.#video.volume === 0) this.#video.volume = 1;
    // The button is about to go.
    this.#video.focus();
  }

  /** A browser may want a click before anything is heard, or before anything plays. */
  async #begin() {
    const video = this.#video;
    try {
      await video.play();
    } catch ({ name }) {
      if (name !== "NotAllowedError") return;
      video.muted = true;
      await video.play().catch(() => (this.#play.hidden = video !== this.#video));
    }
  }

  #playNow() {
    this.#video?.play().then(
      () => this.#video?.focus(),
      () => {},
    );
  }
}
