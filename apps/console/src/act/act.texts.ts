import { words } from '../words/words.texts.js';

/** What sheets and copy buttons say of themselves. */
export const texts = {
  inputIsKept: 'What you entered is kept. Close the sheet with one of its buttons.',
  copy: 'Copy',
  copyAsCurl: 'Copy as curl',
  copied: 'Copied',
  /** @param isSecure false where the console is opened over plain HTTP at a host other than this machine. */
  notCopied: (isSecure: boolean): string =>
    isSecure ? 'The browser refused to copy' : 'Copying needs HTTPS',
  asCurl: 'As curl',
  asFile: 'As a file',
  copyOne: (label: string): string => `Copy ${label}`,
  undone: 'It is undone.',
  notUndone: (detail: string): string => `It is not undone. ${detail}`,
  refused: {
    suspended:
      'The tenant is suspended: you can read everything and change nothing, and queries are refused. A platform admin can make it active again.',
    member: 'Only admins of the tenant may do this. You are a member.',
    scopes: 'Your key is restricted to some scopes, and none of them allows this.',
    scope: (scopes: readonly string[]): string => `Your key does not have the scope ${words.anyOf(scopes)}.`,
    platform: "Only the tenant's own people may do this. You see it as the platform.",
    platformReader: 'You may read everything and change nothing (platform reader).',
  },
  shownOnce: {
    about: 'Copy it to where you need it now. Attune keeps only its hash, and cannot show it again.',
    isStored: 'I have stored it',
  },
} as const;
