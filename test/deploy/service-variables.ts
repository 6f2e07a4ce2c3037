import { configurationVariables } from '#config';
import { databaseVariables } from '#database';
import { egressVariables } from '#egress';
import { meteringVariables } from '#metering';
import { ragVariables } from '#rag';
import { redisVariables } from '#redis';
import { tracingVariables } from '#telemetry';
import { tenancyVariables } from '#tenancy';
import { apiVariables } from '../../apps/api/src/configuration/api.config.js';

/** The variables that the service reads, but for those whose names begin with `DEFAULT_` or `MODEL_KEY_`. */
export const serviceVariables: readonly string[] = Object.keys({
  ...apiVariables,
  ...configurationVariables,
  ...databaseVariables,
  ...egressVariables,
  ...meteringVariables,
  ...ragVariables,
  ...redisVariables,
  ...tenancyVariables,
  ...tracingVariables,
});
