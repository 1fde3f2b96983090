import assert from "node:assert/strict";
import { test } from "node:test";

import { lines, tokens } from "../json.js";

const text = (all) => all.map((token) => token.text).join("");

test("no character is lost or added", () => {
  for (const json of [
    '{"a": [1, -2.50e+3, true, null], "b\\"}": "</script>\\u00fc ü", "c": {}, "d": [ ]}',
    "[]",
    "7",
    '"x"',
    ' { "a" : 1 } ',
  ]) {
    assert.equal(text(tokens(json)), json);
    assert.equal(
      lines(tokens(json))
        .map((line) => text(line.tokens))
        .join(""),
      json,
    );
  }
});

test("keys and strings are told apart", () => {
  const kinds = tokens('{"a" :"b","c":[1,null]}').map(({ kind, text }) => [text, kind]);
  const of = Object.fromEntries(kinds);
  assert.deepEqual(
    [of['"a"'], of['"b"'], of['"c"'], of["1"], of.null],
    ["key", "string", "key", "number", "word"],
  );
});

test("lines are those a reader would break", () => {
  const found = lines(tokens('{"a":[1,{}],"b":2}')).map((line) => [line.depth, text(line.tokens)]);
  assert.deepEqual(found, [
    [0, "{"],
    [1, '"a":['],
    [2, "1,"],
    [2, "{}"],
    [1, "],"],
    [1, '"b":2'],
    [0, "}"],
  ]);
});

test("what is no JSON has no tokens", () => {
  assert.equal(tokens("hello {"), null);
});
