import type { ManagedResponse } from '#config';
import { parseYamlFile } from '../files/parse-tenant-file.js';
import type { TenantPreview } from './preview-tenants.js';
import { driftText, errorLines, previewJson, previewText, summarize } from './format-preview.js';
import { changeLines } from './format-change.js';

function aPreview(plan: Partial<ManagedResponse> = {}, tenant = 'acme'): TenantPreview {
  const whole: ManagedResponse = {
    tenant_id: tenant,
    version: 7,
    dry_run: true,
    changed: false,
    diff: [],
    drift: [],
    taken_over: [],
    released: [],
    override_allowed: true,
    approval_required: false,
    ...plan,
  };
  return {
    tenant,
    file: parseYamlFile(`${tenant}.yaml`, `tenant: ${tenant}\n`),
    preview: whole,
    errors: [],
  };
}

const change = { field: 'temperature', from: 0.7, to: 0.3, set_by: 'code' };
const byHand = { field: 'retrieval_top_k', from: 12, to: 10, set_by: 'platform_admin' };
const drift = { field: 'retrieval_top_k', expected: 10, found: 12, set_by: 'platform_admin' };

describe('formatPreview', () => {
  it('prints changes, drift and side effects of each tenant', () => {
    const planned = [
      aPreview({
        diff: [change, byHand],
        drift: [drift],
        taken_over: ['model_name'],
        released: ['ui_logo_url'],
      }),
      aPreview({ diff: [change], override_allowed: false, approval_required: true }, 'globex'),
      aPreview({ taken_over: ['model_name'] }, 'initech'),
    ];
    expect(previewText(planned, {}).split('\n')).toEqual([
      'acme  acme.yaml  version 7',
      '  ~ model.temperature: 0.7 → 0.3',
      '  drift, changed by hand since; apply makes it what the file says:',
      '  ~ retrieval.top_k: 12 → 10  (set by platform_admin)',
      "  = becomes the file's, value unchanged: model.name",
      "  = no longer the file's, value unchanged: branding.logo_url",
      '',
      'globex  globex.yaml  version 7',
      '  ~ model.temperature: 0.7 → 0.3',
      '  ! changes of this tenant need approval: apply makes a change request, or needs --force',
      '  ! override_allowed is off: apply needs --force and a --reason',
      '',
      'Plan: 2 of 3 tenants to change (3 settings, 1 of them drift), 1 with nothing to do.',
      '1 tenant holds values of a file that the file does not own yet; --take-over makes it their owner.',
    ]);
    expect(summarize(planned, { takeOver: true })).toMatchObject({ changed: 3, unchanged: 0 });
  });

  it('prints that there is nothing to do', () => {
    expect(previewText([aPreview()], {})).toBe('Nothing to do: 1 tenant as the files say.');
    expect(driftText([aPreview()])).toBe('No drift in 1 tenant.');
  });

  it('does not print that there is nothing to do when a tenant could not be planned', () => {
    const failed = { ...aPreview(), preview: null, errors: ['there is no tenant acme'] };
    expect(previewText([failed], {})).toBe(
      'Plan: 0 of 1 tenant to change (0 settings), 0 with nothing to do, 1 that cannot be planned.',
    );
    expect(errorLines([failed])).toEqual(['acme (acme.yaml): there is no tenant acme']);
    expect(previewJson([failed], {})).toMatchObject({
      tenants: [{ status: 'failed', version: null, changes: [] }],
    });
  });

  it('prints only the drift when drift is asked for', () => {
    expect(
      driftText([aPreview({ diff: [change, byHand], drift: [drift] }), aPreview({ diff: [change] })]),
    ).toBe(
      'acme  acme.yaml  version 7\n  retrieval.top_k: the file had 10, found 12  (set by platform_admin)\n\n' +
        'Drift: 1 setting of 1 tenant.',
    );
  });
});

describe('formatChange', () => {
  it.each([
    ['is new', null, 0, ['+ a: 0']],
    ['goes', false, null, ['- a: false']],
    ['is another', 'x', '#112233', ['~ a: "x" → "#112233"']],
    ['is an object with other members', { b: 1, c: 2 }, { b: 1, c: 3, d: 4 }, ['~ a.c: 2 → 3', '+ a.d: 4']],
    ['is a new object', null, { b: 1 }, ['+ a.b: 1']],
    ['is a new empty object', null, {}, ['+ a: {}']],
    ['is a text of several lines', '1\n2\n3\n4', '1\n2b\n3\n4', ['~ a:', '    - 2', '    + 2b']],
    ['is a text that grows', '1', '1\n2', ['~ a:', '    + 2']],
    ['is a text with a line twice', '1\n1', '1\n1\n1', ['~ a:', '    + 1']],
    ['is a new text of several lines', null, '1\n2', ['+ a:', '    + 1', '    + 2']],
  ])('prints a value that %s', (_what, from, to, lines) => {
    expect(changeLines('a', from, to)).toEqual(lines);
  });
});
