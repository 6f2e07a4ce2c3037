import { domainToASCII } from 'node:url';

/** The name as `custom_domain` spells it: lower case, punycode, no final dot. Null for what is no host name. */
export function parseHostName(text: string): string | null {
  // It would take these for the end of a URL's host, or its decoration.
  if (/[/\\?#:@%\s]/.test(text)) return null;
  const name = domainToASCII(text).replace(/\.$/, '');
  return name === '' ? null : name;
}
