const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Code that walks through a body is recursive, so a megabyte of nested brackets would overflow the stack. */
const maxDepth = 64;
/** The time that JSON.parse takes grows with the number of values; 20,000 take about 30 ms at most. */
const maxValues = 20_000;

/**
 * Counts depth and values of a JSON text while it arrives, so that a text which would take long to parse is refused before it is parsed,
 * and before the rest of it is stored. It does not check the syntax.
 */
export class JsonShape {
  private depth = 0;
  private values = 0;
  private isInString = false;
  private isEscaped = false;

  /** Reads the next bytes. Returns what is wrong with the text so far, or null. */
  read(bytes: Uint8Array): string | null {
    for (const byte of bytes) {
      if (this.isInString) this.readInString(byte);
      else this.readOutsideString(byte);
      if (this.depth > maxDepth) return `The body is nested deeper than ${maxDepth} levels.`;
      if (this.values > maxValues) return `The body has more than ${maxValues} values.`;
    }
    return null;
  }

  private readInString(byte: number): void {
    if (this.isEscaped) this.isEscaped = false;
    else if (byte === backslash) this.isEscaped = true;
    else if (byte === quote) this.isInString = false;
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
