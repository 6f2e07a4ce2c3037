const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Code that walks through a body is recursive, so a megabyte of nested brackets would overflow the stack. The time that JSON.parse takes
 * grows with the number of values; 20,000 take about 30 ms at most.
 */
const bodyLimits = { maxDepth: 64, maxValues: 20_000 };

/**
 * Counts depth and values of a JSON text while it arrives, so that a text which would take long to parse is refused before it is parsed,
 * and before the rest of it is stored. It does not check the syntax.
 */
export class JsonShape {
  private depth = 0;
  private values = 0;
  private isInString = false;
  /** The bytes so far end with the backslash of an escape, so the next byte does not end the string. */
  private isEscaped = false;

  constructor(private readonly limits = bodyLimits) {}

  /** Reads the next bytes. Returns what is wrong with the text so far, or null. */
  read(bytes: Uint8Array): string | null {
    const { maxDepth, maxValues } = this.limits;
    let position = 0;
    while (position < bytes.length) {
      if (this.isInString) position = this.skipString(bytes, position);
      else this.readOutsideString(bytes[position++]!);
      if (this.depth > maxDepth) return `The body is nested deeper than ${maxDepth} levels.`;
      if (this.values > maxValues) return `The body has more than ${maxValues} values.`;
    }
    return null;
  }

  /**
   * Goes behind the next quote, which ends the string unless it is escaped, or to the end of the bytes. Almost all bytes of a large body
   * are in strings, and `indexOf` is native code.
   */
  private skipString(bytes: Uint8Array, start: number): number {
    const end = bytes.indexOf(quote, start);
    if (end === -1) {
      this.isEscaped = this.isEscapedAt(bytes, start, bytes.length);
      return bytes.length;
    }
    this.isInString = this.isEscapedAt(bytes, start, end);
    this.isEscaped = false;
    return end + 1;
  }

  /** Whether an odd number of backslashes stands before the byte at `end`. Those before `start` are known. */
  private isEscapedAt(bytes: Uint8Array, start: number, end: number): boolean {
    let first = end;
    while (first > start && bytes[first - 1] === backslash) first -= 1;
    const isOdd = (end - first) % 2 === 1;
    return first === start && this.isEscaped ? !isOdd : isOdd;
  }

  private readOutsideString(byte: number): void {
    switch (byte) {
      case quote:
        this.isInString = true;
        break;
      case openBracket:
      case openBrace:
        this.depth += 1;
        this.values += 1;
        break;
      case closeBracket:
      case closeBrace:
        this.depth -= 1;
        break;
      case comma:
        this.values += 1;
        break;
      default:
    }
  }
}
