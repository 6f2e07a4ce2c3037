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

/** Every role token in a folded text, also with spaces or `_`, `-`, `\` between its letters. */
export function findRoleTokens(folded: string): TextSpan[] {
  const { text, at } = squeezeText(folded);
  return [...text.matchAll(roleToken)].map((match) => ({
    from: at[match.index]!,
    to: at[match.index + match[0].length - 1]! + 1,
  }));
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
