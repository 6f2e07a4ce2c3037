const maxMessageCharacters = 300;

/** The message of an error with those of its causes: codes such as `ECONNREFUSED` are in the cause, or in the cause's cause. */
export function messageOf(error: unknown): string {
  const { message, cause } = (error ?? {}) as Partial<Error>;
  return [message ?? String(error), ...(cause ? [messageOf(cause)] : [])].join(': ');
}

/** True for an error of `fetch` which says that a header cannot be sent, such as a key with an ellipsis in it. */
export function isInvalidHeader(message: string): boolean {
  return /ByteString|invalid ([\w-]+ )?header/i.test(message);
}

/** The text without the given secret and without anything that looks like a key. */
export function redactKeys(text: string, secret: string | null): string {
  return (secret ? text.replaceAll(secret, '[key]') : text)
    .replace(/\bsk-[\w*-]+/g, '[key]')
    .replace(/\/\/[^/@\s]+@/g, '//[key]@');
}

/** The text without values that a server may repeat, such as those of a catalogue entry's headers. */
export function redactValues(text: string, values: readonly string[]): string {
  return values.reduce((safe, value) => (value === '' ? safe : safe.replaceAll(value, '[header]')), text);
}

/** As much of a message as a log line holds. */
export function shorten(message: string): string {
  return message.slice(0, maxMessageCharacters);
}
