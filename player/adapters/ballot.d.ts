/** What is in the way of a vote. */
export type Problem =
  /** Nothing answers; it is tried again by itself. */
  | "offline"
  /** Too many vote at once; it is tried again by itself, at `againAt`. */
  | "busy"
  /** The server does not know that question yet; it is tried again by itself, a few times. */
  | "early"
  /** The poll takes no votes any more. */
  | "closed"
  /** No votes are taken for that question there. */
  | "absent"
  /** The browser does not keep who the viewer is. */
  | "no-id"
  /** The server did not take it. */
  | "refused"
  /** It never arrived, and is not tried again. */
  | "unsent";

/** One viewer's vote in one asking. Fires `change` whenever one of its fields did. */
export interface Ballot extends EventTarget {
  /** The key of the choice that the server acknowledged. */
  readonly standing: string | null;
  /** The key of the choice that is on its way. */
  readonly pending: string | null;
  /** Whether the viewer may vote otherwise; null where that is not known yet. */
  readonly change: boolean | null;
  readonly problem: Problem | null;
  /** When a busy server is asked again, in milliseconds since 1970. */
  readonly againAt: number | null;
  /** Whether another choice can still be made. */
  readonly isOpen: boolean;
  /** Votes for the answer of that key; sees to it until there is an answer. */
  choose(key: string): void;
  /** Takes over what `state()` says of it. */
  know(known: { standing: string | null; change?: boolean }): void;
  /** The asking is over for this viewer: what is not sent yet is not sent any more. */
  leave(): void;
}
