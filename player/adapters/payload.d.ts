/** A payload of the stream, at the moment it is due. */
export interface Payload {
  /** The exact text that was put into the stream. */
  text: string;
  /** When it is due: seconds on the player's own time line. */
  time: number;
  /** The wall time of that moment in milliseconds since 1970; null where it is not known. */
  date: number | null;
}

/** What is called for each payload: once, in order, when the player reaches it. */
export type OnPayload = (payload: Payload) => void;

/** Ends the listening. */
export type Detach = () => void;
