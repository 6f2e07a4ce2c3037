import { UnauthenticatedError, isTenantId } from '#kernel';
import { type Principal, type Role, isPlatformRole, roles } from '#http';
import type { JWTPayload } from 'jose';

/** The paths of the claims with the role and the tenant. */
export interface ClaimPaths {
  readonly role: string;
  readonly tenant: string;
}

/**
 * Histories and logs show the subject. So it has no control characters, no lone surrogates, and nothing invisible or that changes the
 * direction of the text: two subjects that look the same would be one person to a reader. So spaces are plain ones, and not at an end.
 * U+FFFD stands for text that was lost before, and U+2800 is a Braille pattern without dots.
 */
const printableText =
  /^(?! )(?:[^\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\uFFFD]| ){1,255}(?<! )$/u;
/** The end of the year 9999. An identity provider that writes milliseconds is beyond it. */
const maxNumericDate = 253_402_300_799;

/**
 * The principal that the claims of a verified token name.
 *
 * @throws UnauthenticatedError that names the claim that is missing or cannot be used.
 */
export function principalFromClaims(payload: JWTPayload, paths: ClaimPaths): Principal {
  const { sub: subject, exp } = payload;
  if (exp === undefined || !(exp <= maxNumericDate))
    throw claimsError('The claim exp of the JWT is not a time in seconds before the year 10000.');
  if (!isSubject(subject))
    throw claimsError(
      'The JWT needs the claim sub: 1 to 255 characters, without control, invisible or invalid ones and spaces around them.',
    );
  const role = strongestRole(readClaim(payload, paths.role));
  if (role === undefined)
    throw claimsError(`The JWT needs the claim ${paths.role} with one of ${roles.join(', ')}.`);
  const tenantId = tenantFor(role, readTenant(payload, paths.tenant), paths);
  const credential = { name: readName(payload['name']), expiresAt: exp * 1000 };
  return { actor: `jwt:${subject}`, subject, role, tenantId, credential };
}

/** True for a text that can name a person in histories and logs. */
export function isSubject(claim: unknown): claim is string {
  return typeof claim === 'string' && printableText.test(claim);
}

/** The claim `name`. It is only shown, so a strange one is left out. */
export function readName(claim: unknown): string | null {
  return isSubject(claim) ? claim : null;
}

/**
 * The value at a dotted path, such as `realm_access.roles`. A name in the path may contain dots itself, as URLs do
 * (`https://app.example/role`): the longest name that exists counts.
 */
export function readClaim(value: unknown, path: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const names = path.split('.');
  for (let length = names.length; length > 0; length -= 1) {
    const name = names.slice(0, length).join('.');
    if (!Object.hasOwn(value, name)) continue;
    const inner = (value as Record<string, unknown>)[name];
    const found = length === names.length ? inner : readClaim(inner, names.slice(length).join('.'));
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Identity providers write an attribute without a value as an empty text or an empty list, and an id of digits as a number. A list with
 * a tenant is no tenant.
 */
function readTenant(payload: JWTPayload, path: string): unknown {
  const claim = readClaim(payload, path);
  const isEmpty = claim === '' || (Array.isArray(claim) && claim.length === 0);
  if (isEmpty) return undefined;
  return Number.isSafeInteger(claim) ? String(claim) : claim;
}

/**
 * Of a list, the highest role that Attune knows; the names of other applications do not matter. A text is a list with spaces or commas
 * between its entries, as in the claim `scope`.
 */
function strongestRole(claim: unknown): Role | undefined {
  const list: unknown = typeof claim === 'string' ? claim.split(/[ ,]/) : claim;
  const names: unknown[] = Array.isArray(list) ? list : [];
  return roles.findLast((role) => names.includes(role));
}

/** A role of a tenant needs a tenant; a role of the platform must not have one. */
function tenantFor(role: Role, claim: unknown, paths: ClaimPaths): string | null {
  if (isPlatformRole(role)) {
    if (claim === undefined || claim === null) return null;
    throw claimsError(
      `The role ${role} belongs to no tenant, so the JWT must not have the claim ${paths.tenant}.`,
    );
  }
  if (typeof claim === 'string' && isTenantId(claim)) return claim;
  throw claimsError(`The role ${role} needs the claim ${paths.tenant} with the id of a tenant.`);
}

function claimsError(message: string): UnauthenticatedError {
  return new UnauthenticatedError(message, undefined, 'jwt_claims');
}
