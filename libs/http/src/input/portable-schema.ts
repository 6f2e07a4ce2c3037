/** Any JSON value. Generators need the kinds, and the elements of the list. */
export const anyValueSchema = {
  oneOf: [
    ...['string', 'number', 'boolean', 'object', 'null'].map((type) => ({ type })),
    { type: 'array', items: {} },
  ],
};

/**
 * The pattern for schemas, if the regular expressions of Python, Go and Rust can read it: no look-around, and no class of Unicode.
 * `@StringField` checks every pattern.
 */
export function portablePattern(pattern: RegExp | undefined): string | undefined {
  const isPortable = pattern !== undefined && !/\(\?<?[=!]|\\[pPk]/.test(pattern.source);
  return isPortable ? pattern.source : undefined;
}
