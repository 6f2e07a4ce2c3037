import { EnvironmentError } from '#kernel';
import { inSpan, noSpan, startSpan, traceHeaders } from './spans.js';
import { startTracing } from './start-tracing.js';
import { TracingConfig } from './tracing.config.js';

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://tempo:4318' };

describe('TracingConfig', () => {
  it('sends nothing without an endpoint, or if the SDK is disabled', () => {
    expect(new TracingConfig().endpoint).toBeNull();
    expect(new TracingConfig({ ...endpoint, OTEL_SDK_DISABLED: 'true' }).endpoint).toBeNull();
  });

  it('adds the path of traces to the endpoint, but not to the one that is for traces alone', () => {
    expect(new TracingConfig(endpoint).endpoint).toBe('http://tempo:4318/v1/traces');
    const own = { ...endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://jaeger:4318/in' };
    expect(new TracingConfig(own).endpoint).toBe('http://jaeger:4318/in');
  });

  it('reads headers and attributes as OpenTelemetry writes them', () => {
    const config = new TracingConfig({
      ...endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Basic%20cGs6c2s=,x-scope=a',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=shop,team=rag',
    });
    expect(config.headers).toEqual({ Authorization: 'Basic cGs6c2s=', 'x-scope': 'a' });
    expect(config).toMatchObject({ serviceName: 'shop', resourceAttributes: { team: 'rag' } });
  });

  it.each([
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'tempo:4318' },
    { OTEL_EXPORTER_OTLP_HEADERS: 'a-secret' },
    { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    { OTEL_TRACES_SAMPLER: 'sometimes' },
    { OTEL_TRACES_SAMPLER_ARG: '1.5' },
    { OTEL_TRACES_SAMPLER_ARG: 'half' },
  ])('refuses %j by its name, without its value where that may be secret', (variables) => {
    const [name] = Object.keys(variables);
    const read = () => new TracingConfig(variables);
    expect(read).toThrow(EnvironmentError);
    expect(read).toThrow(name);
    expect(read).not.toThrow('a-secret');
  });
});

describe('spans while traces are off', () => {
  it('nothing is started', async () => {
    expect(await startTracing(new TracingConfig())).toBeNull();
  });

  it('work runs without a span, and no description is asked for', async () => {
    const describeNever = (): never => {
      throw new Error('This costs time.');
    };
    expect(startSpan(describeNever)).toBe(noSpan);
    expect(await inSpan(describeNever, async (span) => span)).toBe(noSpan);
    expect(traceHeaders()).toEqual({});
  });
});
