import { registerAs } from '@nestjs/config';
import {
  type VariableReader,
  type Variables,
  VariablesConfig,
  integer,
  oneOf,
  readVariables,
  secret,
  text,
  url,
} from '#kernel';

/** Pairs of a name and a value, as OpenTelemetry writes them: `name=value,other=value`, with percent signs for special characters. */
const pairs: VariableReader<Readonly<Record<string, string>>> = (value) => {
  if (value === null) return {};
  const entries = value.split(',').map((pair) => pair.split(/=(.*)/s).map((part) => part.trim()));
  if (entries.some(([name = '', given]) => name === '' || given === undefined))
    throw new Error('must be a list such as name=value,other=value');
  return Object.fromEntries(entries.map(([name, given]) => [name!, decode(given!)]));
};

const ratio: VariableReader<number> = (value) => {
  const number = value === null ? 1 : Number(value);
  if (value?.trim() === '' || !(number >= 0 && number <= 1)) throw new Error('must be a number from 0 to 1');
  return number;
};

const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** Which traces are kept. */
export type SamplerName = (typeof samplers)[number];

/** The variables of traces, with the names that OpenTelemetry gives them. */
export const tracingVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: url('http:', 'https:'),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url('http:', 'https:'),
  OTEL_EXPORTER_OTLP_PROTOCOL: oneOf(['http/protobuf']),
  OTEL_EXPORTER_OTLP_HEADERS: secret(pairs),
  OTEL_EXPORTER_OTLP_TIMEOUT: integer(1, 600_000, 10_000),
  OTEL_SERVICE_NAME: text,
  OTEL_RESOURCE_ATTRIBUTES: pairs,
  OTEL_TRACES_SAMPLER: oneOf(samplers),
  OTEL_TRACES_SAMPLER_ARG: ratio,
  OTEL_BSP_SCHEDULE_DELAY: integer(1, 600_000, 5_000),
  OTEL_SDK_DISABLED: oneOf(['true', 'false']),
};

/** Where traces go, and which are kept. */
export class TracingConfig extends VariablesConfig {
  /** Null: traces are off. */
  readonly endpoint: string | null;
  /** They may hold the key of the receiver. */
  readonly headers: Readonly<Record<string, string>>;
  readonly exportTimeoutMs: number;
  /** How long spans are collected before they are sent. */
  readonly scheduleDelayMs: number;
  readonly serviceName: string;
  readonly resourceAttributes: Readonly<Record<string, string>>;
  readonly sampler: SamplerName;
  readonly ratio: number;

  /** @throws EnvironmentError */
  constructor(variables: Variables = {}) {
    super();
    const values = readVariables(tracingVariables, variables);
    const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own } = values;
    const address = own ?? (base === null ? null : `${base.replace(/\/$/, '')}/v1/traces`);
    this.endpoint = values.OTEL_SDK_DISABLED === 'true' ? null : address;
    this.headers = values.OTEL_EXPORTER_OTLP_HEADERS;
    this.exportTimeoutMs = values.OTEL_EXPORTER_OTLP_TIMEOUT;
    this.scheduleDelayMs = values.OTEL_BSP_SCHEDULE_DELAY;
    this.resourceAttributes = values.OTEL_RESOURCE_ATTRIBUTES;
    this.serviceName = values.OTEL_SERVICE_NAME ?? this.resourceAttributes['service.name'] ?? 'attune';
    this.sampler = values.OTEL_TRACES_SAMPLER ?? 'parentbased_always_on';
    this.ratio = values.OTEL_TRACES_SAMPLER_ARG;
  }
}

/** Its `KEY` is the token of `TracingConfig`. */
export const tracingConfig = registerAs(
  'tracing',
  (variables: Variables = {}) => new TracingConfig(variables),
);

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
