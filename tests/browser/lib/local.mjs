// The local channel, spoken to as any client of the service would.

/** The channel that every local service has. */
const LOCAL = 'arn:aws:ivs:us-west-2:000000000000:channel/local';

/** A client of the local channel that is served at `url`. */
export function localChannel(url) {
  const post = async (path, more = {}) => {
    const answer = await fetch(`${url}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ channelArn: LOCAL, ...more }),
    });
    const body = await answer.text();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${body}`);
    return body === '' ? undefined : JSON.parse(body);
  };
  return {
    url,
    /** Puts a payload; gives the moment before, in ms since 1970. */
    async put(payload) {
      const at = Date.now();
      await post('PutMetadata', { metadata: payload });
      return at;
    },
    /** What viewers of a channel would have got so far, the oldest first. */
    async payloads(channel) {
      const answer = await fetch(`${url}/local/payloads?${new URLSearchParams({ channelArn: channel })}`);
      const { payloads } = await answer.json();
      return payloads.map(({ metadata }) => metadata).reverse();
    },
    offAir: () => post('local/off_air'),
    onAir: () => post('local/on_air'),
    /** What reads the media playlist of this broadcast. */
    async playlist() {
      const { stream } = await post('GetStream');
      const variants = await (await fetch(stream.playbackUrl)).text();
      const media = variants.split('\n').find((line) => line !== '' && !line.startsWith('#'));
      return async () => (await fetch(new URL(media, stream.playbackUrl))).text();
    },
  };
}
