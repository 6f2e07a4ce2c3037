import type { TextSpan } from './fold-text.js';
import { letterOfLeetDigit } from './homoglyphs.js';

/**
 * The tokens with which chat templates separate roles: ChatML and similar (`<|im_start|>`, `<|endoftext|>`, `<|eot_id|>`), `</system>`,
 * Llama 2's `[INST]` and `<<SYS>>`, Gemma's `<start_of_turn>`. The pattern matches folded text (`l` is `i`) without spaces, `_`, `-`
 * and `\`. No part of it repeats without a limit, so the number of steps at each place is bounded.
 */
const roleToken =
  /<\|im(?:start|end|sep)(?:\|>)?|<\|\/?[^<>|]{1,40}\|>|<\/system[a-z]{0,12}>|<system>|\[\/?inst\]|<<\/?sys>>|<(?:start|end)ofturn>/g;
const ignoredCharacter = /[\s_\\-]/;

/** A closing tag of a name that only begins with "system", and its opening tag. */
const namedSystemTag = /<(\/?)(system[a-z]{1,12})>/g;

/**
 * Every role token in a folded text, also with spaces or `_`, `-`, `\` between its letters. `</system_rules>` is none if it closes a
 * `<system_rules>` of the same text: it can close nothing else.
 */
export function findRoleTokens(folded: string): TextSpan[] {
  const { text, at } = squeezeText(folded);
  const closingTags = findMatchedClosingTags(text);
  return [...text.matchAll(roleToken)]
    .filter((match) => !closingTags.has(match.index))
    .map((match) => ({ from: at[match.index]!, to: at[match.index + match[0].length - 1]! + 1 }));
}

function findMatchedClosingTags(text: string): Set<number> {
  const openTags = new Map<string, number>();
  const matched = new Set<number>();
  for (const { 1: slash, 2: name, index } of text.matchAll(namedSystemTag)) {
    const count = openTags.get(name!) ?? 0;
    if (slash === '/' && count > 0) matched.add(index);
    openTags.set(name!, Math.max(0, count + (slash === '/' ? -1 : 1)));
  }
  return matched;
}

function squeezeText(folded: string): { text: string; at: number[] } {
  let text = '';
  const at: number[] = [];
  for (let i = 0; i < folded.length; i++) {
    if (ignoredCharacter.test(folded[i]!)) continue;
    text += letterOfLeetDigit(folded[i]!) ?? folded[i]!;
    at.push(i);
  }
  return { text, at };
}
