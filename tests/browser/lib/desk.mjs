// The operator's hand on the show that plays.

/** The desk of a show, at the address that its first screen tells, with the token. */
export function deskOf(printed) {
  const { origin, searchParams } = new URL(printed);
  const token = searchParams.get('token');
  return {
    printed,
    /** Fires a cue. */
    async fire(cue) {
      const answer = await fetch(`${origin}/api/cues/${cue}/fire`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
      });
      if (!answer.ok) throw new Error(`fire ${cue} answered ${answer.status}`);
    },
  };
}
