import { isIP } from 'node:net';
import type { VariableReader } from '#kernel';

const proxyKeywords = ['loopback', 'linklocal', 'uniquelocal'];

/** Addresses and networks of proxies, separated by commas; `none` is the empty list. */
export const proxies: VariableReader<readonly string[]> = (value) => {
  if (value === null) return ['loopback'];
  if (value === 'none') return [];
  return split(value, isProxy, 'addresses, networks such as 10.0.0.0/8, loopback, linklocal, uniquelocal');
};

/** Origins of web pages, separated by commas. */
export const origins: VariableReader<readonly string[]> = (value) =>
  value === null ? [] : split(value, isOrigin, 'origins such as https://app.example, without a path');

/** An address of web pages, with or without a path. */
export const publicUrl: VariableReader<string | null> = (value) => {
  if (value === null || isPublicUrl(value)) return value;
  throw new Error('must be a URL such as https://attune.example, without user, query and fragment');
};

function split(value: string, isValid: (item: string) => boolean, description: string): string[] {
  const items = value.split(',').map((item) => item.trim());
  const wrong = items.find((item) => !isValid(item));
  if (wrong === undefined) return items;
  throw new Error(`must be a list of ${description}, separated by commas; "${wrong}" is none of them`);
}

function isProxy(item: string): boolean {
  if (proxyKeywords.includes(item)) return true;
  const [address = '', length, ...rest] = item.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (version === 4 ? 32 : 128));
}

function isOrigin(item: string): boolean {
  return /^https?:[^*]+$/.test(item) && URL.canParse(item) && new URL(item).origin === item;
}

function isPublicUrl(value: string): boolean {
  if (!/^https?:/.test(value) || !URL.canParse(value)) return false;
  const { origin, pathname } = new URL(value);
  return value === origin || value === `${origin}${pathname}`;
}
