import { domainToASCII } from 'node:url';

/** The name in the form of `custom_domain`: lower case, Punycode, no final dot. Null when the text is no host name. */
export function parseHostName(text: string): string | null {
  // `domainToASCII` would accept these as the end or another part of a URL.
  if (/[/\\?#:@%\s]/.test(text)) return null;
  const name = domainToASCII(text).replace(/\.$/, '');
  return name === '' ? null : name;
}
