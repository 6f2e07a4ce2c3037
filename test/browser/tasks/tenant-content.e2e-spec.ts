import { useBrowserApp } from '../browser-app.js';
import { type Open, useHands } from './use-hands.js';
import { ways } from './ways.js';

const app = useBrowserApp();

/** Opens a screen of a new tenant, which has one document, for its admin. */
async function openAsAdmin(open: Open, screen: string) {
  const tenant = await app.createTenant();
  await tenant.admin.post('/v1/documents', { id: 'fees', title: 'Fees', text: 'The fee is ten euros.' });
  const hand = await open({ key: tenant.adminKey }, `/tenants/${tenant.id}/${screen}`);
  const list = async <Item>(path: string): Promise<Item[]> =>
    (await tenant.admin.get<{ items: Item[] }>(path)).body.items;
  return { ...tenant, hand, list };
}

interface Named {
  readonly id: string;
  readonly name: string;
}

describe.each(ways)('$person', (way) => {
  const open = useHands(app, way);

  it('adds a document, edits it and deletes it', async () => {
    const { id, hand, list } = await openAsAdmin(open, 'documents');
    await hand.chooseFile('Choose files', 'refunds.md', '# Refunds\n\nWithin 14 days.');
    await (await hand.dialog()).confirm('Add 1 document');
    await hand.see('Added, 1 chunk');
    await hand.follow('Refunds');
    const sheet = await hand.open('Edit');
    await sheet.fill('Title', 'Refund rules');
    await sheet.confirm('Save');
    await hand.see('refunds.md is changed');
    expect(await list('/v1/documents')).toContainEqual(expect.objectContaining({ title: 'Refund rules' }));
    const deletion = await hand.open('Delete');
    await deletion.see(/This cannot be undone/);
    await deletion.confirm('Delete 1 document');
    await hand.see('Refund rules is deleted');
    expect(new URL(hand.page.url()).pathname).toBe(`/tenants/${id}/documents`);
    expect(await list('/v1/documents')).toMatchObject([{ title: 'Fees' }]);
  });

  it('asks a question, and keeps the answer as a golden question', async () => {
    const { hand, list } = await openAsAdmin(open, 'playground');
    await hand.fill('Question', 'What is the fee?');
    await hand.press('Ask');
    await (await hand.open(/^This was right/)).confirm('Add 1 question');
    await hand.see('The golden question is added');
    expect(await list('/v1/golden-questions')).toMatchObject([{ question: 'What is the fee?' }]);
  });

  it('adds a golden question, asks it and deletes it', async () => {
    const { hand, list } = await openAsAdmin(open, 'golden-questions');
    const sheet = await hand.open('Add a question');
    await sheet.fill('Question', 'What is the fee?');
    await sheet.confirm('Add 1 question');
    await hand.see('The golden question is added');
    expect(await list('/v1/golden-questions')).toMatchObject([{ question: 'What is the fee?' }]);
    await (await hand.open('Ask all')).confirm('Ask all');
    await hand.see('The golden questions were asked: 1 passed, 0 failed.');
    await (await hand.row('What is the fee?').open('Delete')).confirm('Delete 1 question');
    await hand.see('The golden question is deleted');
    expect(await list('/v1/golden-questions')).toEqual([]);
  });

  it('makes a key, rotates it, and revokes the first one', async () => {
    const { admin, hand, list } = await openAsAdmin(open, 'api-keys');
    const keysOf = async (): Promise<Named[]> =>
      (await list<Named>('/v1/api-keys')).filter(({ name }) => name === 'reporting');
    const statusOf = async (key: string): Promise<number> => (await admin.as(key).get('/v1/config')).status;
    const sheet = await hand.open('Make a key');
    await sheet.startIn('Name');
    await sheet.fill('Name', 'reporting');
    await sheet.confirm('Make 1 key');
    const first = await hand.store();
    await hand.see('The key reporting is made.');
    const [made] = await keysOf();
    const row = hand.row(made!.id);
    await (await row.open('Rotate')).confirm('Make the second key');
    const second = await hand.store();
    expect(await keysOf()).toHaveLength(2);
    const revocation = await row.open('Revoke');
    await revocation.see('It was never used.');
    expect([await statusOf(first), await statusOf(second)]).toEqual([200, 200]);
    await revocation.confirm('Revoke 1 key');
    await hand.see('The key reporting is revoked');
    expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200]);
    expect(await keysOf()).toHaveLength(1);
  });

  it('makes a webhook, changes it, rotates its secret and deletes it', async () => {
    const { hand, list } = await openAsAdmin(open, 'webhooks');
    const url = 'https://hooks.example.com/attune';
    const sheet = await hand.open('Make a webhook');
    await sheet.fill('Address', url);
    await sheet.tick('config.updated');
    await sheet.confirm('Make 1 webhook');
    await hand.see(/Attune signs with it/);
    const first = await hand.store();
    await hand.see(`The webhook ${url} is made.`);
    await hand.follow(url);
    const change = await hand.open('Change');
    await change.tick('document.indexed');
    await change.confirm('Save');
    await hand.see('The webhook is changed');
    await (await hand.open('Rotate the secret')).confirm('Make a new secret');
    expect(await hand.store()).not.toBe(first);
    await hand.see(`${url} has a new secret.`);
    expect(await list('/v1/webhooks')).toMatchObject([
      { url, events: ['config.updated', 'document.indexed'], rotation_ends_at: expect.any(String) as string },
    ]);
    await (await hand.open('Delete')).confirm('Delete 1 webhook');
    await hand.see(`Nothing is sent to ${url} any more`);
    expect(await list('/v1/webhooks')).toEqual([]);
  });

  it('tries a setting on what a question finds, and takes it into the draft', async () => {
    const { hand } = await openAsAdmin(open, 'retrieval?top_k=1');
    await hand.fill('Question', 'What is the fee?');
    await hand.press('Search under both');
    await hand.see('Sources proposed');
    await hand.press('Put into the draft');
    await hand.follow('Review and save');
    await (await hand.dialog()).confirm('Save as version 2');
    await hand.see('Version 2 is saved: retrieval_top_k.');
  });

  it('replays logged questions under the draft', async () => {
    const { id, adminKey, admin, member } = await app.createTenant();
    await admin.post('/v1/documents', { id: 'fees', title: 'Fees', text: 'The fee is ten euros.' });
    await admin.patch('/v1/config', { log_questions: true });
    await member.post('/v1/query', { question: 'What is the fee?' });
    const hand = await open({ key: adminKey }, `/tenants/${id}/prompt`);
    await hand.fill('Prompt', 'Be brief. {context}');
    await hand.goTo('Replay');
    await (await hand.open('Ask up to 25 questions twice')).confirm('Ask up to 25 questions twice');
    await hand.see('1 of 1 asked: completed');
    await hand.press('Show answers to What is the fee?');
    await hand.article('Under the draft').see(/ten euros/);
    const replay = new URL(hand.page.url()).searchParams.get('replay');
    const { body } = await admin.get(`/v1/config/replays/${replay}`);
    expect(body).toMatchObject({ state: 'completed', done: 1 });
  });
});
