import type { Configuration } from './api/settings.js';
import type { Mode } from './connection/connection-machine.js';
import type { Timings } from './connection/timings.js';
import type { Fetch } from './service/service-client.js';

/** How a client is made. */
export interface AttuneOptions {
  /** The address of Attune, such as `https://attune.example.com`. */
  readonly url: string;
  /** A key of the tenant; the scopes `config:read` and, for `ask`, `query` are enough. */
  readonly key: string;
  /** The tenant's id. A configuration of another tenant, from the service or a file, is then refused. */
  readonly tenant?: string;
  /** A configuration that is used until there is a newer one: the body of `GET /v1/config`, for example of the last build. */
  readonly bootstrap?: Configuration;
  /** The path of a file that keeps the last configuration for a start without the service. Node only. */
  readonly file?: string;
  /** A file is ignored if the service confirmed it longer ago than this. Default: it is used whatever its age. */
  readonly maxFileAgeMs?: number;
  /** `stream` by default. */
  readonly mode?: Mode;
  /** The standard `fetch` by default. */
  readonly fetch?: Fetch;
  /** Other times than the usual ones, for slow networks and for tests. */
  readonly timings?: Partial<Timings>;
}

/**
 * @throws TypeError for an address that is no http URL, and for a key that cannot be sent in a header. These are faults of the program,
 *   not of the network, so they are found at once.
 */
export function checkOptions({ url, key }: AttuneOptions): void {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new TypeError(
      `The option url is "${url}"; it must be an address such as https://attune.example.com.`,
    );
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new TypeError('The option key is empty or has spaces; it must be an API key such as atn_….');
}
