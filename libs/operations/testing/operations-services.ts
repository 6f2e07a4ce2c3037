import { RolloutObserver } from '#config';
import type { Database } from '#database';
import { BlastRadius, ModelEnvironment } from '#tenancy';
import { type ConfigServices, startConfigServices } from '../../config/testing/config-services.js';
import { OperationsModule } from '../src/operations.module.js';
import { ReplicaState } from '../src/overview/replica-state.js';
import { ScriptedModelEnvironment } from './scripted-model-environment.js';
import { BlastRadiusCalculator } from '../src/preview/blast-radius-calculator.js';
import { RolloutObservationBuffer } from '../src/rollouts/measurement/rollout-observation-buffer.js';

/** The services of configuration and of operations on a database, as one replica has them, without HTTP. */
export function startOperationsServices(
  database: Database,
  variables: Readonly<Record<string, string>> = {},
): Promise<ConfigServices> {
  return startConfigServices(database, variables, {
    imports: [OperationsModule],
    ports: [
      { provide: BlastRadius, useExisting: BlastRadiusCalculator },
      { provide: ReplicaState, useValue: { state: 'ready' } satisfies ReplicaState },
      { provide: ModelEnvironment, useValue: new ScriptedModelEnvironment() },
      { provide: RolloutObserver, useExisting: RolloutObservationBuffer },
    ],
  });
}
