import { words } from '../words/words.texts.js';

/** What the sign-in says. */
export const sessionTexts = {
  about: 'Settings for each tenant, changed at run time, with every version kept.',
  keyLabel: 'API key',
  keyAbout: 'It begins with atn_. Attune keeps a session, not the key.',
  refused: {
    unauthenticated: 'The key was not accepted',
    unavailable: 'The key could not be checked',
    'rate-limited': 'Too many tries from this address',
    forbidden: 'The sign-in was refused',
    unreachable: words.unreachable,
  } as Readonly<Record<string, string>>,
  databaseAway:
    'The service cannot reach its database, so it does not know whether the key is valid. Your key may be right.',
  tryAgainIn: (seconds: number): string => `Try again in ${seconds} s.`,
  ended:
    'Your session has ended, or this act needs a fresh one. What you entered is kept, and is sent once you are signed in.',
  usedLink:
    'The link of the start message was used already, or is too old. Sign in with a key, or start the service again.',
  otherPerson: (now: string, before: string): string =>
    `You are ${now} now, and this page was opened by ${before}. The request was not sent. What you entered is kept: go on as ${now}, check it and send it yourself, or sign in as ${before}.`,
  otherRole: (now: string, before: string): string =>
    `You are ${now} now, in another role than ${before}, who opened this page. The request was not sent. If you go on as ${now}, the page is loaded again: what you entered in this form is lost, and only drafts of settings are kept. Or sign in as ${before}.`,
  goOnAs: (name: string): string => `Go on as ${name}`,
  secondWindow: {
    open: 'Sign in in the other window. This page goes on by itself.',
    refused: 'The browser did not open another window. Allow it, or',
  },
  openYourself: 'open the sign-in in a new tab yourself.',
  signedIn: 'You are signed in',
  closeWindow: 'The page that asked for it goes on. You can close this window.',
  notSignedIn: 'You are not signed in',
  startAgain:
    'Nobody has signed in here, or the session has ended. Go back to the page that asked for it, or',
  signInHere: 'sign in here.',
  signInWith: (label: string): string => `Sign in with ${label}`,
  onlyReads: 'Your role only reads. Ask a platform admin to do this.',
  or: 'or',
  again: 'Sign in again',
  signIn: 'Sign in',
} as const;
