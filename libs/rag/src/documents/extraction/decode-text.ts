/** The text of bytes, or the reason why they are no text, as the end of a sentence that begins with the file's name. */
export type DecodedText = { readonly text: string } | { readonly refusal: string };

/** The first tags are within this many bytes, and the declaration of the encoding of HTML within so many. */
const startBytes = 4096;
const declarationSearchBytes = 65_536;
const maxMetaCharacters = 1000;

/** `meta` elements, and what only looks as if it had some: comments, scripts, styles and titles. No part is read twice. */
const metaElement =
  /<!--[^]*?(?:-->|$)|<(?:script|style|title)\b[^]*?(?:<\/(?:script|style|title)|$)|<meta\b([^<>]*)/gi;
const htmlAttribute = /([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|["']?([^\s"'>]+))/g;
const contentCharset = /\bcharset\s*=\s*["']?\s*([\w.:-]+)/i;
const xmlEncoding = /^\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([\w.:-]+)/i;
const typeCharset = /;\s*charset\s*=\s*["']?([\w.:-]+)/i;
/** Every byte is a letter in these. So text in UTF-8 that is declared as one of them would become nonsense without an error. */
const singleByteEncoding = /^(?:windows-|iso-8859-|koi8-|ibm866|macintosh|x-mac-)/;
/** What Node makes of letters that its table of an East Asian encoding lacks. */
const unmappedCharacter = /[\u0080-\u009F]/;

/**
 * Decodes text by its byte order mark, else by the media type's charset, else (HTML only) by its own declaration, else as UTF-8. The
 * first encoding in which all bytes are valid wins; UTF-8 is tried before an encoding in which all bytes are. UTF-16 without a mark is recognised by the zero bytes of its letters; other
 * encodings cannot be known without a declaration.
 */
export function decodeText(bytes: Uint8Array, mediaType: string, isHtml: boolean): DecodedText {
  const declared = declaredEncodings(bytes, mediaType, isHtml);
  const encodings = isSingleByte(declared[0]) ? ['utf-8', ...declared] : [...declared, 'utf-8'];
  for (const encoding of new Set(encodings)) {
    const text = tryDecode(bytes, encoding);
    if (text !== null) return { text };
  }
  return { refusal: refusalFor(declared) };
}

function declaredEncodings(bytes: Uint8Array, mediaType: string, isHtml: boolean): string[] {
  const marked = encodingOfMark(bytes);
  if (marked !== undefined) return [marked];
  const ofType = typeCharset.exec(mediaType)?.[1]?.toLowerCase();
  const declared = [ofType, isHtml ? encodingInHtml(bytes) : undefined, encodingOfZeros(bytes)];
  return declared.filter((encoding) => encoding !== undefined);
}

/** A declaration that can be read byte by byte is not in UTF-16, whatever it says (WHATWG Encoding). */
function encodingInHtml(bytes: Uint8Array): string | undefined {
  const start = startAsLatin1(bytes, declarationSearchBytes);
  const encoding = (xmlEncoding.exec(start)?.[1] ?? charsetInMeta(start))?.toLowerCase();
  return encoding?.startsWith('utf-16') ? 'utf-8' : encoding;
}

function charsetInMeta(start: string): string | undefined {
  for (const [, text] of start.matchAll(metaElement)) {
    const charset = text === undefined ? undefined : charsetInAttributes(text.slice(0, maxMetaCharacters));
    if (charset !== undefined) return charset;
  }
  return undefined;
}

function charsetInAttributes(text: string): string | undefined {
  const attributes = new Map(
    Array.from(text.matchAll(htmlAttribute), ([, name, ...values]) => [
      name!.toLowerCase(),
      values.find((value) => value !== undefined)!.trim(),
    ]),
  );
  const isContentType = attributes.get('http-equiv')?.toLowerCase() === 'content-type';
  const inContent = isContentType ? contentCharset.exec(attributes.get('content') ?? '')?.[1] : undefined;
  return attributes.get('charset') ?? inContent;
}

function isSingleByte(label?: string): boolean {
  try {
    return label !== undefined && singleByteEncoding.test(new TextDecoder(label).encoding);
  } catch {
    return false;
  }
}

function encodingOfMark([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}

/** In UTF-16, every second byte of Latin text is zero; text in another encoding has no zero bytes. */
function encodingOfZeros(bytes: Uint8Array): string | undefined {
  const start = bytes.subarray(0, startBytes);
  const zeros = [0, 0];
  for (const [at, byte] of start.entries()) if (byte === 0) zeros[at % 2]! += 1;
  const [even, odd] = zeros as [number, number];
  const enough = start.length / 8;
  if (odd > enough && even * 10 < odd) return 'utf-16le';
  return even > enough && odd * 10 < even ? 'utf-16be' : undefined;
}

/** null if a byte is not valid in the encoding, or if there is no such encoding. */
function tryDecode(bytes: Uint8Array, encoding: string): string | null {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return isMisread(text, encoding, bytes) ? null : text;
  } catch {
    return null;
  }
}

function isMisread(text: string, encoding: string, bytes: Uint8Array): boolean {
  if (encoding === 'utf-8') return encodingOfZeros(bytes) !== undefined && text.includes('\0');
  return !encoding.startsWith('utf-') && !isSingleByte(encoding) && unmappedCharacter.test(text);
}

function refusalFor(declared: readonly string[]): string {
  if (declared.length === 0)
    return 'is not text in UTF-8, and does not say its encoding; convert it to UTF-8, or send the part with a type such as text/plain; charset=windows-1252';
  if (declared.every((encoding) => /^utf-?8$/.test(encoding)))
    return 'is not text in UTF-8, as it says; convert it to UTF-8, or send the part with its real encoding, such as text/html; charset=windows-1252';
  return `is neither text in ${declared.join(' or ')} nor in UTF-8; convert it to UTF-8`;
}

/** The beginning of a file, one character for each byte. */
export function startAsLatin1(bytes: Uint8Array, length = startBytes): string {
  const start = bytes.subarray(0, length);
  return Buffer.from(start.buffer, start.byteOffset, start.length).toString('latin1');
}
