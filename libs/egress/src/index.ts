export { EgressConfig, egressConfig, egressVariables } from './egress.config.js';
export { useProxiesInBuiltInClients } from './built-in-clients.js';
export { EgressModule } from './egress.module.js';
export { Egress, type Fetch, type IncomingResponse, type OutgoingRequest } from './egress.js';
export { EgressRefusedError, RedirectRefusedError, findEgressError } from './egress-errors.js';
