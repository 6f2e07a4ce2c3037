/** Cuts at the white space that is nearest to the middle; in a text without any, between two characters. */
export function splitInTwo(text: string): [string, string] {
  const middle = Math.ceil(text.length / 2);
  const spaces = [text.lastIndexOf(' ', middle), text.indexOf(' ', middle)].filter((at) => at > 0);
  const [nearest] = spaces.toSorted((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
  const isInSurrogatePair = /[\uDC00-\uDFFF]/.test(text.charAt(middle));
  const at = nearest ?? (isInSurrogatePair ? middle + 1 : middle);
  return [text.slice(0, at), text.slice(at)];
}

/** The text in as few parts as halving takes, each shorter than `characters`. */
export function splitShorterThan(text: string, characters: number): string[] {
  if (text.length < characters) return [text];
  return splitInTwo(text).flatMap((part) => splitShorterThan(part, characters));
}
