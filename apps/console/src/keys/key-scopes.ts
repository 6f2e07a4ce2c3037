import type { Schema } from '../api/operations.js';
import { keyTexts } from './keys.texts.js';

export type Scope = NonNullable<Schema<'KeyResponse'>['scopes']>[number];
export type KeyRole = Schema<'KeyResponse'>['role'];

/** What each scope opens, for a person. */
export const scopeWords: Readonly<Record<Scope, string>> = keyTexts.scopes;

const forAdmins: readonly Scope[] = ['documents:write', 'config:propose', 'config:write', 'keys:write'];

/** The scopes that mean something for a role. */
export function scopesOf(role: KeyRole): readonly Scope[] {
  const all = Object.keys(scopeWords) as Scope[];
  return role === 'tenant_admin' ? all : all.filter((scope) => !forAdmins.includes(scope));
}

/** `2026-12-31`, the last day of a key in UTC, as the time at which the day ends; no day is no expiry. */
export function toExpiry(lastDay: string): string | undefined {
  if (lastDay === '') return undefined;
  return new Date(Date.parse(`${lastDay}T00:00:00Z`) + 86_400_000).toISOString();
}

/** The day before the end of a key, in UTC, for a field of a form; empty for a key without one, and for one that has ended. */
export function lastDayOf(expiresAt: string | null, now = Date.now()): string {
  if (expiresAt === null || Date.parse(expiresAt) <= now) return '';
  return new Date(Date.parse(expiresAt) - 1).toISOString().slice(0, 10);
}
