import { ChangeRequestEntity } from './approvals/change-request.entity.js';
import { DomainSecretEntity } from './domains/domain-secret.entity.js';
import { RolloutEntity, RunningRolloutsEntity } from './overlays/rollout.entity.js';
import { SpentTestsEntity } from './rate-limits/spent-tests.entity.js';
import {
  TenantConfigurationEntity,
  TenantConfigurationHistoryEntity,
} from './storage/configuration.entity.js';
import { GoldenQuestionEntity } from './golden-questions/golden-question.entity.js';

/** The tables of libs/config, for the DataSource. */
export const configEntities = [
  TenantConfigurationEntity,
  TenantConfigurationHistoryEntity,
  ChangeRequestEntity,
  GoldenQuestionEntity,
  DomainSecretEntity,
  SpentTestsEntity,
  RolloutEntity,
  RunningRolloutsEntity,
];
