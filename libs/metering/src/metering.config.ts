import { registerAs } from '@nestjs/config';
import { type Variables, VariablesConfig, integer, readVariables } from '#kernel';

/** The environment variables of metering. */
export const meteringVariables = { QUERY_DEADLINE_MS: integer(100, 600_000, 30_000) };

/** How long one query may take. Metering owns it, because a reservation must outlive its query. */
export class MeteringConfig extends VariablesConfig {
  readonly queryDeadlineMs: number;

  /** @throws EnvironmentError */
  constructor(variables: Variables = {}) {
    super();
    this.queryDeadlineMs = readVariables(meteringVariables, variables).QUERY_DEADLINE_MS;
  }
}

/** Its `KEY` is the token of `MeteringConfig`. */
export const meteringConfig = registerAs(
  'metering',
  (variables: Variables = {}) => new MeteringConfig(variables),
);
