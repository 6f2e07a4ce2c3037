import type { Configuration } from '../api/settings.js';

/** Where a value of this client comes from. */
export type Origin = 'network' | 'file' | 'bootstrap';

/** How fresh the service's own copy is: the header `Attune-Config-Source`. */
export type ServiceSource = 'live' | 'stale' | 'last-known-good' | 'defaults';

/** A configuration that may replace the held one. */
export interface Candidate {
  readonly configuration: Configuration;
  /** `<version>-<hash>` without quotes; null when it is not known. */
  readonly etag: string | null;
  readonly serviceSource: ServiceSource;
}

/** What happened to a candidate. */
export type OfferResult =
  /** It is the held configuration now. */
  | 'replaced'
  /** The store has it already. */
  | 'unchanged'
  /** The store has a newer one. */
  | 'older'
  /** The version is equal, but a change arrived while it was loaded, so its order is not known. */
  | 'overtaken'
  /** The service had only its safe defaults. */
  | 'defaults'
  /** It belongs to another tenant than the one that was asked for. */
  | 'other-tenant';

const serviceSources: readonly string[] = ['live', 'stale', 'last-known-good', 'defaults'];

/** Reads the header `Attune-Config-Source`. A service that does not send it is taken as live. */
export function parseServiceSource(header: string | null): ServiceSource {
  return header !== null && serviceSources.includes(header) ? (header as ServiceSource) : 'live';
}

/** Removes the quotes of an `ETag`, and the mark of a weak one. */
export function unquoteEtag(header: string): string {
  return header.replace(/^W\//, '').replaceAll('"', '');
}
