// The votes of a show, as anybody may look at them.

import { until } from './until.mjs';

/** The votes that the runner at `url` takes. */
export function votesOf(url) {
  const get = async (path) => (await fetch(`${url}/api/${path}`)).json();
  const post = (path, body, headers = {}) => fetch(`${url}/api/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return {
    /** Votes as one more viewer, by the words of an answer. */
    async vote({ poll_id, current_time, answers }, words) {
      const [choice] = Object.entries(answers).find(([, answer]) => answer === words);
      const met = await post('viewer', {});
      const cookie = met.headers.get('set-cookie').split(';')[0];
      const answer = await post('votes', { poll_id, current_time, choice }, { cookie });
      if (!answer.ok) throw new Error(`the vote answered ${answer.status}`);
    },
    /** The open poll that asks this. */
    asking: (question) => until(`${question} to be open`, async () => {
      const { polls } = await get('state');
      return polls?.find((poll) => poll.question === question);
    }),
    /** Waits until no vote of an asking counts any more; gives the counts, by the answers' words. */
    final: ({ poll_id, current_time }) => until('the final tally', async () => {
      const { final, counts, answers } = await get(`polls/${poll_id}/${current_time}`);
      const named = ([key, answer]) => [answer, counts[key]];
      return final && Object.fromEntries(Object.entries(answers).map(named));
    }),
  };
}
