/** Whether `If-None-Match` names this tag (RFC 9110 §13.1.2): compared as a whole, weak or not. */
export function isNotModified(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
