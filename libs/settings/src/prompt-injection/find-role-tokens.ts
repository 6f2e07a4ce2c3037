import type { TextSpan } from './fold-text.js';
import { letterOfLeetDigit } from './homoglyphs.js';

/**
 * Marks by which chat templates part roles, as they read folded (`l` is `i`), without spaces, `_`, `-` and `\`: ChatML and its kin
 * (`<|im_start|>`, `<|endoftext|>`, `<|eot_id|>`), `</system>`, Llama 2's `[INST]` and `<<SYS>>`, Gemma's `<start_of_turn>`.
 * Nothing in it repeats without limit, so that each place costs a bounded number of steps.
 */
const roleToken =
  /<\|im(?:start|end|sep)(?:\|>)?|<\|\/?[^<>|]{1,40}\|>|<\/system[a-z]{0,12}>|<system>|\[\/?inst\]|<<\/?sys>>|<(?:start|end)ofturn>/g;
const ignoredCharacter = /[\s_\\-]/;

/** Every token in a folded text, however it is spaced. */
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
