import { formatDemoMessage, formatNotices, lastingNotices } from './demo-message.js';

const notices = [
  'platform-admin-key atn_p_secret',
  'demo-key acme-law member atn_m_secret',
  'demo-key acme-law tenant_admin atn_a_secret',
  'demo-key startup-support tenant_admin atn_s_secret',
];

describe('formatDemoMessage', () => {
  it('shows the address, every notice, and one line that sets a variable for each admin key', () => {
    const lines = formatDemoMessage('http://localhost:3000', notices);
    expect(lines).toEqual(expect.arrayContaining(notices));
    expect(lines).toContain(
      '  export ATTUNE_URL=http://localhost:3000 ACME_LAW_KEY=atn_a_secret STARTUP_SUPPORT_KEY=atn_s_secret',
    );
  });

  it('shows the link that signs in before every other notice, and the code nowhere else', () => {
    const lines = formatDemoMessage('http://localhost:3000', [...notices, 'sign-in-code abc']);
    const link = lines.indexOf('  http://localhost:3000/#code=abc');
    expect(link).toBeGreaterThan(-1);
    expect(link).toBeLessThan(lines.indexOf(notices[0]!));
    expect(lines.filter((line) => line.includes('abc'))).toHaveLength(1);
    expect(formatNotices('http://localhost:3000', ['other', 'sign-in-code abc'])).toContain(lines[link]);
  });

  it('shows commands that use the first tenant’s admin key', () => {
    const commands = formatDemoMessage('http://localhost:3000', notices).filter((line) =>
      line.startsWith('  curl '),
    );
    expect(commands).toHaveLength(4);
    for (const command of commands) expect(command).toContain('Bearer atn_a_secret');
  });
});

describe('lastingNotices', () => {
  it('leaves out the code that signs in, which is of no use after the service has ended', () => {
    expect(lastingNotices([...notices, 'sign-in-code abc'])).toEqual(notices);
  });
});
