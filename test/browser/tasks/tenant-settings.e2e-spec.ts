import { getConfiguration, getHistory } from '../../app/test-app.js';
import { useBrowserApp } from '../browser-app.js';
import { type Open, useHands } from './use-hands.js';
import { ways } from './ways.js';

const app = useBrowserApp();

/** Opens a screen of a new tenant for its admin. */
async function openAsAdmin(open: Open, screen: string) {
  const tenant = await app.createTenant();
  return { ...tenant, hand: await open({ key: tenant.adminKey }, `/tenants/${tenant.id}/${screen}`) };
}

interface ChangeRequest {
  readonly state: string;
  readonly patch: object;
}

describe.each(ways)('$person', (way) => {
  const open = useHands(app, way);

  it('changes a setting, reviews it, saves it and takes it back', async () => {
    const { admin, hand } = await openAsAdmin(open, 'configuration?q=temperature');
    await hand.fill('Temperature', '0.25');
    const sheet = await hand.open('Review and save');
    await sheet.fill('Reason', 'calmer');
    await sheet.confirm('Save as version 2');
    await hand.see('Version 2 is saved: temperature.');
    await hand.press('Undo');
    await hand.see('Version 1 is restored as version 3.');
    const [, saved] = await getHistory(admin);
    expect(saved).toMatchObject({ version: 2, reason: 'calmer', changes: [{ to: 0.25 }] });
    expect(await getConfiguration(admin)).toMatchObject({ version: 3, temperature: 0.7 });
  });

  it('chooses a side where both have changed the same setting', async () => {
    const { admin, hand } = await openAsAdmin(open, 'configuration?q=temperature');
    await hand.fill('Temperature', '0.25');
    const sheet = await hand.open('Review and save');
    await admin.patch('/v1/config', { temperature: 0.9, max_tokens: 700 });
    await sheet.confirm('Save as version 2');
    await sheet.see('Both changed');
    await hand.dialog();
    await sheet.pick(/^Mine/);
    await sheet.confirm('Save as version 3');
    await hand.see('Version 3 is saved: temperature.');
    const merged = { version: 3, temperature: 0.25, max_tokens: 700 };
    expect(await getConfiguration(admin)).toMatchObject(merged);
  });

  it('compares two versions in the history, and restores the older one', async () => {
    const { id, adminKey, admin } = await app.createTenant();
    await admin.patch('/v1/config', { temperature: 0.3 });
    await admin.patch('/v1/config', { temperature: 0.9 });
    const hand = await open({ key: adminKey }, `/tenants/${id}/history`);
    await hand.tick('Select version 2 to compare');
    await hand.tick('Select version 3 to compare');
    await hand.see(/^Version 2/);
    await (await hand.open('Restore version 2')).confirm('Restore version 2 as version 4');
    await hand.see('Version 2 is restored as version 4.');
    expect(await getConfiguration(admin)).toMatchObject({ version: 4, temperature: 0.3 });
  });

  it('writes a prompt, and saves it', async () => {
    const { admin, hand } = await openAsAdmin(open, 'prompt');
    await hand.fill('Prompt', 'Be brief. {context}');
    await hand.follow('Review and save');
    await (await hand.dialog()).confirm('Save as version 2');
    await hand.see('Version 2 is saved: system_prompt_template.');
    const saved = { version: 2, system_prompt_template: 'Be brief. {context}' };
    expect(await getConfiguration(admin)).toMatchObject(saved);
  });

  it('chooses a colour and a host name, and saves them', async () => {
    const { admin, hand } = await openAsAdmin(open, 'branding');
    await hand.fill('Colour', '#205080');
    await hand.fill('Custom domain', 'help.acme.example');
    await hand.follow('Review and save');
    await (await hand.dialog()).confirm('Save as version 2');
    await hand.see(/^Version 2 is saved: /);
    const saved = { ui_primary_color: '#205080', custom_domain: 'help.acme.example' };
    expect(await getConfiguration(admin)).toMatchObject(saved);
  });

  it('reads how to prove a host name', async () => {
    const { id, adminKey, admin } = await app.createTenant();
    await admin.patch('/v1/config', { custom_domain: 'help.acme.example' });
    const hand = await open({ key: adminKey }, `/tenants/${id}/branding`);
    await hand.press('Check now');
    await hand.see(/^_attune\.help\.acme\.example TXT/);
    expect(await getConfiguration(admin)).toMatchObject({ custom_domain_verified: false });
  });

  it('asks for a change, withdraws the request, and asks again', async () => {
    const { id, adminKey, admin } = await app.createTenant();
    await app.platform.patch(`/v1/platform/tenants/${id}`, { approval_required: true });
    const statesOf = async (): Promise<string[]> => {
      const { body } = await admin.get<{ items: ChangeRequest[] }>('/v1/config/change-requests');
      return body.items.map(({ state, patch }) => `${state} ${JSON.stringify(patch)}`);
    };
    const hand = await open({ key: adminKey }, `/tenants/${id}/configuration?q=temperature`);
    await hand.fill('Temperature', '0.25');
    await (await hand.open('Review and save')).confirm('Ask for approval');
    await hand.see('The change waits for approval.');
    await hand.press('Open the request');
    await (await hand.open('Withdraw')).confirm('Withdraw 1 request');
    await hand.see('The request is withdrawn.');
    expect(await statesOf()).toEqual(['withdrawn {"temperature":0.25}']);
    await hand.press('Ask again');
    await (await hand.dialog()).confirm('Ask for approval');
    await hand.see('The change waits for approval.');
    expect(await statesOf()).toEqual(['pending {"temperature":0.25}', 'withdrawn {"temperature":0.25}']);
  });

  it('sets a value by the search that acts', async () => {
    const { admin, hand } = await openAsAdmin(open, 'overview');
    const search = await hand.open(/^Search or act/);
    await search.fill('Search or act', 'set temperature 0.2');
    await search.take(/temperature/);
    await hand.see('Review and save');
    await (await hand.dialog()).confirm('Save as version 2');
    await hand.see('Version 2 is saved: temperature.');
    expect(await getConfiguration(admin)).toMatchObject({ version: 2, temperature: 0.2 });
  });
});
