import { registerAs } from '@nestjs/config';
import {
  type VariableRule,
  type VariableValues,
  type Variables,
  VariablesConfig,
  integer,
  readVariables,
} from '#kernel';

const defaultQueryDeadlineMs = 30_000;
const defaultStreamDeadlineMs = 300_000;

/** The environment variables of metering. */
export const meteringVariables = {
  QUERY_DEADLINE_MS: integer(100, 600_000, defaultQueryDeadlineMs),
  STREAM_SILENCE_MS: integer(100, 600_000, null),
  STREAM_DEADLINE_MS: integer(100, 3_600_000, null),
};

/** How long a query may take. Metering owns it, because a reservation must outlive its query. */
export class MeteringConfig extends VariablesConfig {
  /** A whole answer; of a stream, the time until its model begins. */
  readonly queryDeadlineMs: number;
  /** The longest silence between two pieces of a stream. */
  readonly streamSilenceMs: number;
  /** A stream in all. */
  readonly streamDeadlineMs: number;

  /** @throws EnvironmentError */
  constructor(variables: Variables = {}) {
    super();
    const values = readVariables(meteringVariables, variables, findRules);
    this.queryDeadlineMs = values.QUERY_DEADLINE_MS;
    this.streamSilenceMs = values.STREAM_SILENCE_MS ?? this.queryDeadlineMs;
    this.streamDeadlineMs =
      values.STREAM_DEADLINE_MS ?? Math.max(defaultStreamDeadlineMs, this.queryDeadlineMs);
  }

  /** The longest time that a query can run. */
  get maxQueryMs(): number {
    return Math.max(this.queryDeadlineMs, this.streamDeadlineMs);
  }
}

/** Its `KEY` is the token of `MeteringConfig`. */
export const meteringConfig = registerAs(
  'metering',
  (variables: Variables = {}) => new MeteringConfig(variables),
);

function findRules({
  QUERY_DEADLINE_MS: queryMs,
  STREAM_DEADLINE_MS: streamMs,
}: VariableValues<typeof meteringVariables>): VariableRule[] {
  return [
    [
      streamMs !== null && queryMs !== null && streamMs < queryMs,
      'STREAM_DEADLINE_MS must not be less than QUERY_DEADLINE_MS: it is the time of the whole stream.',
    ],
  ];
}
