import type { Grant } from '../claims/grants.js';

/** For how long a sign-in may take, in milliseconds. */
export const signInTimeoutMs = 300_000;

/** What a browser carries, sealed, from the start of a sign-in to its callback. */
export interface Transaction {
  readonly connectionId: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
  readonly returnTo: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Who signed in at the provider. */
export interface Identity {
  readonly actor: string;
  readonly name: string | null;
  /** How the provider names its own session. */
  readonly sid: string | null;
  /** Names the person to the provider when they sign out there. */
  readonly logoutHint: string | null;
  /** When the provider asked the person to prove who they are, in milliseconds since the epoch; null where it does not say. */
  readonly authenticatedAt: number | null;
}

/** One of the roles that a person may pick. The page of the choice carries it, sealed. */
export interface Choice {
  /** The browser has it in a cookie, too; used once. */
  readonly id: string;
  readonly connectionId: string;
  readonly identity: Identity;
  readonly grant: Grant;
  readonly returnTo: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}
