import { aPlan, someLayers } from '../../../settings/testing/settings-builders.js';
import { type AffectedGroup, evaluateGroup } from './bulk-evaluation.js';

const { platform, catalogue } = someLayers();
const sharedInputs = {
  platform,
  catalogue,
  plans: new Map([['small', aPlan({ ceilings: { max_tokens: 2000 } })]]),
};

function anAffectedGroup(one: Partial<AffectedGroup> = {}): AffectedGroup {
  return {
    plan: 'small',
    settings: {},
    set_by: {},
    override_allowed: true,
    approval_required: false,
    conflicts: null,
    previous: null,
    previous_set_by: null,
    ...one,
  };
}

const cooler = { kind: 'update', changes: { temperature: 0.2 } } as const;

describe('evaluateGroup', () => {
  it.each<[string, Partial<AffectedGroup>, string]>([
    ['no obstacle', {}, 'updated'],
    ['the value already', { settings: { temperature: 0.2 } }, 'unchanged'],
    ['override_allowed off', { override_allowed: false }, 'skipped_locked'],
    [
      'a file that owns it',
      { settings: { temperature: 1 }, set_by: { temperature: 'code' } },
      'skipped_locked',
    ],
    [
      'a file that owns something else',
      { settings: { max_tokens: 500 }, set_by: { max_tokens: 'code' } },
      'updated',
    ],
    ['mandatory approval', { approval_required: true }, 'approval_required'],
    ['a setting that changed meanwhile', { conflicts: ['temperature'], override_allowed: false }, 'conflict'],
    ['the value already, locked', { settings: { temperature: 0.2 }, override_allowed: false }, 'unchanged'],
    ['an error that the patch does not touch', { settings: { max_tokens: 3000 } }, 'updated'],
  ])('evaluates tenants with %s as %s', (_, one, outcome) => {
    expect(evaluateGroup(anAffectedGroup(one), cooler, sharedInputs).outcome).toBe(outcome);
  });

  it('returns invalid with the message of the rule that the change would break', () => {
    const evaluation = evaluateGroup(
      anAffectedGroup(),
      { kind: 'update', changes: { max_tokens: 3000 } },
      sharedInputs,
    );
    expect(evaluation).toMatchObject({ outcome: 'invalid', detail: expect.stringContaining('at most 2000') });
  });

  it('returns invalid when the merged variables are too many', () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`v${index}`, 1]));
    const changes = { prompt_variables: { one_more: 1 } };
    const evaluation = evaluateGroup(
      anAffectedGroup({ settings: { prompt_variables: many } }),
      { kind: 'update', changes },
      sharedInputs,
    );
    expect(evaluation.outcome).toBe('invalid');
  });

  it('restores for a revert the settings of the patch, also missing ones, and who set them', () => {
    const changes = { temperature: 0.2, max_tokens: 900 };
    const group = anAffectedGroup({
      settings: { temperature: 0.2, max_tokens: 900, retrieval_top_k: 3 },
      previous: { temperature: 1, retrieval_top_k: 9 },
      previous_set_by: { temperature: 'tenant_admin' },
      set_by: {
        temperature: 'platform_admin',
        max_tokens: 'platform_admin',
        retrieval_top_k: 'tenant_admin',
      },
    });
    expect(evaluateGroup(group, { kind: 'revert', changes }, sharedInputs)).toMatchObject({
      outcome: 'updated',
      settings: { temperature: 1, retrieval_top_k: 3 },
      set_by: { temperature: 'tenant_admin', retrieval_top_k: 'tenant_admin' },
    });
  });
});
