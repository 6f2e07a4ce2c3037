import { Egress } from '../src/egress.js';
import { EgressConfig } from '../src/egress.config.js';

/** An `Egress` with these variables. */
export function anEgress(variables: Record<string, string> = {}): Egress {
  return new Egress(new EgressConfig({ DATABASE_URL: 'postgres://app@db/attune', ...variables }));
}
