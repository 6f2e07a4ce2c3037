/**
 * The tokens of the sandbox. A run of letters, marks and digits is one token. In scripts without spaces each character is one.
 * Every other visible character is one; white space is none. `It's 7 o'clock!` has eight: It ' s 7 o ' clock !
 */
const tokenPattern =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]\p{M}*|(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}])[\p{L}\p{M}\p{N}])+|\S/gu;

/** Number of sandbox tokens in the text. */
export function countTokens(text: string): number {
  return text.match(tokenPattern)?.length ?? 0;
}

/** The text up to the end of its token number `count`, and whether any text was cut off. */
export function firstTokens(text: string, count: number): { readonly text: string; readonly isCut: boolean } {
  let tokens = 0;
  let end = 0;
  for (const match of text.matchAll(tokenPattern)) {
    if (tokens === count) return { text: text.slice(0, end), isCut: true };
    tokens += 1;
    end = match.index + match[0].length;
  }
  return { text, isCut: false };
}
