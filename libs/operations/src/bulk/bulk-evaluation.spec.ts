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
    tenants: [{ tenant_id: 'acme', version: 1 }],
    conflicts: null,
    previous: null,
    previous_set_by: null,
    ...one,
  };
}

const cooler = { kind: 'update', changes: { temperature: 0.2 } } as const;

describe('the judgement of a class', () => {
  it.each<[string, Partial<AffectedGroup>, string]>([
    ['nothing in the way', {}, 'updated'],
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
    ['a policy of approval', { approval_required: true }, 'approval_required'],
    ['changed it meanwhile', { conflicts: ['temperature'], override_allowed: false }, 'conflict'],
    ['the value already, locked', { settings: { temperature: 0.2 }, override_allowed: false }, 'unchanged'],
    ['a fault that the patch does not touch', { settings: { max_tokens: 3000 } }, 'updated'],
  ])('with %s is %s', (_, one, outcome) => {
    expect(evaluateGroup(anAffectedGroup(one), cooler, sharedInputs).outcome).toBe(outcome);
  });

  it('is invalid where the change would break a rule, and says which', () => {
    const verdict = evaluateGroup(
      anAffectedGroup(),
      { kind: 'update', changes: { max_tokens: 3000 } },
      sharedInputs,
    );
    expect(verdict).toMatchObject({ outcome: 'invalid', detail: expect.stringContaining('at most 2000') });
  });

  it('bounds what variables add up to', () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`v${at}`, 1]));
    const changes = { prompt_variables: { one_more: 1 } };
    const verdict = evaluateGroup(
      anAffectedGroup({ settings: { prompt_variables: many } }),
      { kind: 'update', changes },
      sharedInputs,
    );
    expect(verdict.outcome).toBe('invalid');
  });

  it('of a revert restores the patch’s settings, absences included, and whose they were', () => {
    const changes = { temperature: 0.2, max_tokens: 900 };
    const one = anAffectedGroup({
      settings: { temperature: 0.2, max_tokens: 900, retrieval_top_k: 3 },
      previous: { temperature: 1, retrieval_top_k: 9 },
      previous_set_by: { temperature: 'tenant_admin' },
      set_by: {
        temperature: 'platform_admin',
        max_tokens: 'platform_admin',
        retrieval_top_k: 'tenant_admin',
      },
    });
    expect(evaluateGroup(one, { kind: 'revert', changes }, sharedInputs)).toMatchObject({
      outcome: 'updated',
      settings: { temperature: 1, retrieval_top_k: 3 },
      set_by: { temperature: 'tenant_admin', retrieval_top_k: 'tenant_admin' },
    });
  });
});
