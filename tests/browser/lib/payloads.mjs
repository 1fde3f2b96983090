// Thirty payloads that a viewer must get exactly as they were put.

/** The largest payload there is, in bytes of UTF-8. */
const LARGEST = 1_024;

/** Thirty of them; those of a burst follow the one before at once. */
export function payloads() {
  const odd = [
    // What the plain loop sends.
    JSON.stringify({
      current_time: '2026-Nov-22-170501',
      poll_id: '0cc175b9c0f1b6a831c399e269772661',
      question: 'Do cats sleep for most of the day?',
      answers: { 1: 'True', 2: 'False', 3: 'Perhaps' },
    }),
    largest(),
    'plain: “Où est le chat ?” 猫はどこ 🐈‍⬛ Привет',
    JSON.stringify({ type: 'notice', text: 'she said "it\'s </script> time" \\ & <b>left</b>' }),
    'a text, with "quotes" and </script><script>window.hostile = 1</script>',
    '<img src="x" onerror="window.hostile = 2"><svg onload="window.hostile = 3">',
    JSON.stringify({ type: 'notice', text: '<iframe srcdoc="<script>top.hostile=4</script>">' }),
    '{"unknown":{"kind":[1,2.50,null,true]},"spaces" :  "kept"}',
    '{"torn": "no end',
    JSON.stringify({ type: 'timer', text: 'it ends', ends_at: '2036-11-22T17:05:31Z' }),
    JSON.stringify({ type: 'meter', text: 'hearts', value: 3, goal: 10 }),
    JSON.stringify({ type: 'board', title: 'final', rows: [['Reds', 2], ['Blues', 1]] }),
  ];
  const plain = Array.from({ length: 30 - odd.length }, (_, index) => {
    return JSON.stringify({ type: 'notice', text: `round ${index}` });
  });
  const all = [...odd, ...plain];
  return all.map((text, index) => ({ text, burst: index > 20 && index < 25 }));
}

/** A payload of exactly the most bytes, most of them in characters of several. */
function largest() {
  const around = JSON.stringify({ type: 'notice', text: '' });
  const room = LARGEST - Buffer.byteLength(around);
  const text = '🐈'.repeat(Math.floor(room / 4)) + 'x'.repeat(room % 4);
  const payload = JSON.stringify({ type: 'notice', text });
  if (Buffer.byteLength(payload) !== LARGEST) throw new Error('it is not the largest payload');
  return payload;
}
