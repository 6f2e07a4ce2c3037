export { BlastRadiusCalculator } from './preview/blast-radius-calculator.js';
export { OperationsModule, operationsEntities } from './operations.module.js';
export { ReplicaState } from './overview/replica-state.js';
export { RolloutObservationBuffer } from './rollouts/measurement/rollout-observation-buffer.js';
