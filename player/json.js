// JSON as it arrived, coloured and set in lines; its text is the payload's, to the character.

import { el } from "./dom.js";

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]|\s+/gy;

/** The tokens of a JSON text, `[{kind, text}]`; null for a text that is no JSON. */
export function tokens(text) {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const found = [...text.matchAll(TOKEN)].map(([token]) => ({ text: token, kind: kindOf(token) }));
  found.forEach((token, n) => {
    const next = found.slice(n + 1).find(({ kind }) => kind !== "space");
    if (token.kind === "string" && next?.text === ":") token.kind = "key";
  });
  return found;
}

function kindOf(token) {
  if (token[0] === '"') return "string";
  if (/^\s/.test(token)) return "space";
  if (/^[{}[\],:]/.test(token)) return "mark";
  return /^[tfn]/.test(token) ? "word" : "number";
}

/** The lines a reader would break the tokens into, `[{depth, tokens}]`; nothing is added. */
export function lines(all) {
  const found = [];
  let [line, depth] = [[], 0];
  const end = (next) => {
    if (line.length > 0) found.push({ depth, tokens: line });
    [line, depth] = [[], next];
  };
  for (const [n, token] of all.entries()) {
    const isEmpty = /[{[]/.test(all[n - 1]?.text ?? "") && /^[}\]]$/.test(token.text);
    if (/^[}\]]$/.test(token.text) && !isEmpty) end(depth - 1);
    line.push(token);
    if (/^[{[]$/.test(token.text) && !/^[}\]]$/.test(all[n + 1]?.text ?? "")) end(depth + 1);
    if (token.text === ",") end(depth);
  }
  end(0);
  return found;
}

/** The text as an element: coloured where it is JSON, else as it is. */
export function coloured(text) {
  const found = tokens(text);
  if (!found) return el("code", { class: "json" }, text);
  const parts = lines(found).map(({ depth, tokens }) => {
    const line = el("span", { class: "json-line" });
    line.style.paddingInlineStart = `${depth * 2}ch`;
    line.append(...tokens.map((token) => el("span", { class: `json-${token.kind}` }, token.text)));
    return line;
  });
  return el("code", { class: "json" }, parts);
}
