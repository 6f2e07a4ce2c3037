import { registerAs } from '@nestjs/config';
import {
  type VariableReader,
  type Variables,
  VariablesConfig,
  findVariable,
  readVariables,
  secret,
  text,
  url,
} from '#kernel';
import { EgressPolicy } from './egress-policy.js';

const policy: VariableReader<EgressPolicy | null> = (list) =>
  list === null ? null : EgressPolicy.parse(list);
/** Without a protocol it is http, as curl reads it. */
const proxyUrl: VariableReader<string | null> = (value) =>
  url('http:', 'https:', 'socks5:')(value === null || value.includes('://') ? value : `http://${value}`);

/** The environment variables of egress. The proxies are also read in lower case, as curl writes them. */
export const egressVariables = {
  EGRESS_ALLOW: policy,
  HTTP_PROXY: secret(proxyUrl),
  HTTPS_PROXY: secret(proxyUrl),
  NO_PROXY: text,
};

/** The proxies for outgoing requests; null: none. */
export interface ProxyOptions {
  readonly http: string | null;
  readonly https: string | null;
  /** Hosts that are reached without a proxy, separated by commas. */
  readonly except: string | null;
}

/** Which addresses the service may reach, and through which proxy. */
export class EgressConfig extends VariablesConfig {
  /** Without `EGRESS_ALLOW`: loopback on the embedded database and in the demo, else public addresses only. */
  readonly policy: EgressPolicy;
  readonly proxies: ProxyOptions;

  /** @throws EnvironmentError */
  constructor(variables: Variables = {}) {
    super();
    const values = readVariables(egressVariables, withUpperCaseNames(variables));
    const isEmbedded = findVariable(variables, 'DATABASE_URL') === null;
    const isDemo = findVariable(variables, 'ATTUNE_DEMO') === 'true';
    this.policy =
      values.EGRESS_ALLOW ?? (isEmbedded || isDemo ? EgressPolicy.loopback : EgressPolicy.publicOnly);
    this.proxies = { http: values.HTTP_PROXY, https: values.HTTPS_PROXY, except: values.NO_PROXY };
  }
}

/** Its `KEY` is the token of `EgressConfig`. */
export const egressConfig = registerAs('egress', (variables: Variables = {}) => new EgressConfig(variables));

function withUpperCaseNames(variables: Variables): Variables {
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
  const values = names.map((name) => [
    name,
    findVariable(variables, name.toLowerCase()) ?? findVariable(variables, name) ?? undefined,
  ]);
  return { ...variables, ...Object.fromEntries(values) };
}
