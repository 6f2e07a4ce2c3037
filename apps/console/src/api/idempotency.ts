/** Headers that make a creation happen once, however often it is sent. Made when its sheet opens, not when it is sent. */
export function createIdempotencyHeaders(): Readonly<Record<string, string>> {
  return { 'Idempotency-Key': crypto.randomUUID() };
}
