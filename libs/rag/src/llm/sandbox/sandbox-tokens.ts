/**
 * The sandbox's own tokens: a run of letters, marks and digits is one; in scripts that write without spaces each character is one;
 * every other visible character is one; white space is none. `It's 7 o'clock!` has eight: It ' s 7 o ' clock !
 */
const token =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]\p{M}*|(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}])[\p{L}\p{M}\p{N}])+|\S/gu;

export function countTokens(text: string): number {
  return text.match(token)?.length ?? 0;
}

/** The text up to its `count`th token, and whether that left anything out. */
export function firstTokens(text: string, count: number): { readonly text: string; readonly isCut: boolean } {
  let taken = 0;
  let end = 0;
  for (const match of text.matchAll(token)) {
    if (taken === count) return { text: text.slice(0, end), isCut: true };
    taken += 1;
    end = match.index + match[0].length;
  }
  return { text, isCut: false };
}

/** The words of a text as the sandbox compares them: lower case, without accents, each token a word. */
export function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return (plain.match(token) ?? []).filter((word) => /[\p{L}\p{N}]/u.test(word));
}
