import { execFileSync } from 'node:child_process';
import { toCurl } from './curl.js';

it('the command keeps every character of the body, quotes included, in a real shell', () => {
  const body = { reason: `it's "fine" $HOME \`x\`` };
  const command = toCurl({ method: 'PATCH', url: '/v1/config', body, headers: { 'If-Match': '"7"' } });
  const asArguments = command.replace(/^curl/, 'printf "%s\\n"');
  const env = { PATH: process.env['PATH'], ATTUNE_URL: 'http://a', ATTUNE_API_KEY: 'k' };
  const lines = execFileSync('sh', ['-c', asArguments], { env }).toString().trim().split('\n');
  expect(lines).toContain('http://a/v1/config');
  expect(lines).toContain('If-Match: "7"');
  expect(lines.at(-1)).toBe(JSON.stringify(body));
});

it('each file of a form is a parameter of its own', () => {
  const command = toCurl({ method: 'POST', url: '/v1/documents', files: ['a.md', "b's.pdf"] });
  expect(command).toContain(`-F 'file=@a.md' \\\n  -F 'file=@b'\\''s.pdf'`);
});
