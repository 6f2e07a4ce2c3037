import { hostname } from 'node:os';
import { randomHex } from '#kernel';
import { productVersion } from './product-version.js';

/** What tells one running replica from the others: in log lines, in the overview and in traces. */
export interface ReplicaIdentity {
  /** The name of its machine or pod, with a part that is new at each start. */
  readonly id: string;
  readonly version: string;
}

let identity: ReplicaIdentity | undefined;

/** The identity of this process: the same at each call. */
export function replicaIdentity(): ReplicaIdentity {
  identity ??= { id: `${hostname().slice(0, 200)}-${randomHex(4)}`, version: productVersion() };
  return identity;
}
