import type { Ballot } from "./ballot.js";

export interface Options {
  /** The runner's address, on a page of another site; unless given, this page is its own. */
  votes?: string;
  /** The channel's ARN, where the runner plays several. */
  channel?: string | null;
}

/** An answer of the API. */
export interface Answer<Said> {
  /** The HTTP status; 0 where there was no answer. */
  status: number;
  /** The body: `Said` with status 200, else what is wrong. */
  said: Said | { error?: string; hint?: string };
  /** After how many milliseconds a busy server wants to be asked again; null where it is not said. */
  again: number | null;
}

/** How the viewer stands. */
export interface Me {
  name: string | null;
  points: number;
  /** 1 leads; null without points. */
  place: number | null;
}

/** What a viewer who comes now should see. */
export interface State {
  /** The server's time, as are all here: ISO 8601. */
  now: string;
  channel: string;
  screen: { slot: string; payload: string; sent_at: string }[];
  polls: {
    poll_id: string;
    current_time: string;
    question: string;
    answers: Record<string, string>;
    slot: string;
    /** Whether a vote may be changed. */
    change: boolean;
    closes_at: string;
    /** The viewer's standing choice. */
    choice: string | null;
  }[];
  /** Of a viewer whom the server has not met: no name, no points, no place. */
  me: Me;
}

/** This viewer, to a runner. */
export interface Votes {
  /** The channel's ARN, where the runner plays several. */
  channel: string | null;
  /** Whether the server has met this viewer. */
  readonly isKnown: boolean;
  /** The viewer's ballot in the asking of a poll's payload. Keep it for as long as the poll. */
  ballot(poll: { poll_id: string; current_time: string }): Ballot;
  /** What a viewer who comes now should see. To be asked once, not again and again. */
  state(): Promise<Answer<State>>;
  /** How the viewer stands. */
  me(): Promise<Answer<Me>>;
  /** Gives the viewer a name of at most 24 characters, or takes it back with null. */
  rename(name: string | null): Promise<Answer<Me>>;
}

/** Takes this viewer's votes to a runner. Nothing is asked before it is needed. */
export function connect(options?: Options): Votes;
