const maxLength = 2000;
const anyOrigin = 'https://attune.invalid';
const maxDecodings = 5;

/**
 * True for a path of the console: with it, a browser stays on this origin, however it reads the text. A path that leaves the origin when it
 * is decoded is refused, too, since something in between may decode it.
 */
export function isConsolePath(text: string): boolean {
  if (text.length > maxLength || !isPlain(text) || text.startsWith('/v1/')) return false;
  const path = text.split(/[?#]/, 1)[0]!;
  return isDecodable(path) && decodings(path).every(isPlain);
}

/** What the path becomes when it is decoded again and again. */
function decodings(path: string): string[] {
  const found: string[] = [];
  for (let last = path; isDecodable(last) && found.length < maxDecodings;) {
    const next = decodeURIComponent(last);
    if (next === last) return found;
    found.push(next);
    last = next;
  }
  return found;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function isPlain(path: string): boolean {
  if (!/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(path)) return false;
  return URL.canParse(path, anyOrigin) && new URL(path, anyOrigin).origin === anyOrigin;
}
