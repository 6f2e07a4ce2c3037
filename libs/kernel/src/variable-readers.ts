/**
 * Reads one environment variable; `null` means that it is not set.
 *
 * ```ts
 * const port = integer(0, 65_535, 3000)('8080');
 * ```
 *
 * @throws Error whose message says what the variable must be: `must be a whole number from 0 to 65535, not "x"`.
 */
export interface VariableReader<T> {
  (text: string | null): T;
  /** Its variable can be given as a file, see `secret`. */
  readonly isSecret?: true;
}

/** Marks a variable with a password or a key: it can also be given as a file (`readSecretFiles`). */
export const secret = <T>(reader: VariableReader<T>): VariableReader<T> =>
  Object.assign((value: string | null) => reader(value), { isSecret: true as const });

/** The names of the variables that are marked as secrets. */
export function secretNames(readers: Readonly<Record<string, VariableReader<unknown>>>): string[] {
  return Object.keys(readers).filter((name) => readers[name]?.isSecret);
}

/** Any text. */
export const text: VariableReader<string | null> = (value) => value;

/** A URL with one of these protocols, such as `https:`. */
export const url =
  (...protocols: string[]): VariableReader<string | null> =>
  (value) => {
    if (value === null) return null;
    const starts = protocols.map((protocol) => `${protocol}//`);
    if (!starts.some((start) => value.toLowerCase().startsWith(start)))
      throw new Error(`must be a URL that starts with ${starts.join(' or ')}`);
    if (!URL.canParse(value))
      throw new Error(
        'must be a URL with a valid host and port; in a user name or password write / as %2F, # as %23, ? as %3F and @ as %40',
      );
    return value;
  };

/** A whole number in decimal digits from `min` to `max`, both included. */
export const integer =
  <T extends number | null>(min: number, max: number, defaultValue: T): VariableReader<number | T> =>
  (value) => {
    if (value === null) return defaultValue;
    const number = Number(value);
    const isInRange = /^\d+$/.test(value) && number >= min && number <= max;
    if (!isInRange) throw new Error(`must be a whole number from ${min} to ${max}, not "${value}"`);
    return number;
  };

/** One of these words. */
export const oneOf =
  <T extends string>(allowed: readonly T[]): VariableReader<T | null> =>
  (value) => {
    if (value === null) return null;
    if (!allowed.includes(value as T))
      throw new Error(`must be one of ${allowed.join(', ')}, not "${value}"`);
    return value as T;
  };

/** A text that matches. The error shows the description, not the value, which can be a secret. */
export const matching =
  (pattern: RegExp, description: string): VariableReader<string | null> =>
  (value) => {
    if (value !== null && !pattern.test(value)) throw new Error(`must have the form ${description}`);
    return value;
  };

/** A text of at least `min` bytes in UTF-8. The error does not show it. */
export const minBytes =
  (min: number): VariableReader<string | null> =>
  (value) => {
    if (value !== null && Buffer.byteLength(value) < min) throw new Error(`must have at least ${min} bytes`);
    return value;
  };
