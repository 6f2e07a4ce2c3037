/**
 * How a person is named in histories, in the audit log and where four eyes are needed. A person of the issuer of API tokens is `jwt:<sub>`,
 * as with such a token: who changes doors stays the same person. Another issuer may give the same `sub` to somebody else, so its name is
 * part of the actor: `oidc:login.example/realms/a#<sub>`. An issuer has no `#`.
 */
export function actorOf(issuer: string, subject: string, apiTokenIssuer: string | null): string {
  if (apiTokenIssuer !== null && isSameIssuer(issuer, apiTokenIssuer)) return `jwt:${subject}`;
  return `oidc:${issuer.replace(/^https:\/\//, '')}#${subject}`;
}

/** A slash at the end makes no other issuer: discovery documents and environments differ in it. */
export function isSameIssuer(left: string, right: string): boolean {
  return left.replace(/\/$/, '') === right.replace(/\/$/, '');
}
