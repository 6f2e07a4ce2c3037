import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitepress';

const docs = join(import.meta.dirname, '..');

/** The pages of a folder, each under its own first heading. */
function pagesOf(folder) {
  return readdirSync(join(docs, folder))
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .map((file) => page(`${folder}/${file.slice(0, -3)}`));
}

function page(path) {
  const [, title] = /^# (.+)$/m.exec(readFileSync(join(docs, `${path}.md`), 'utf8'));
  return { text: title.replaceAll('`', ''), link: `/${path}` };
}

/** The pages show templates of prompts. Their braces are no expressions of the site. */
function keepBraces({ renderer: { rules } }) {
  for (const name of ['text', 'code_inline']) {
    const render = rules[name];
    rules[name] = (...token) => render(...token).replaceAll('{{', '&#123;&#123;');
  }
}

const group = (text, items) => ({ text, collapsed: true, items });

export default defineConfig({
  title: 'Attune',
  description:
    'Per-tenant configuration for RAG products, changed at run time, and the query that applies it',
  rewrites: { 'adr/README.md': 'adr/index.md' },
  outDir: '../dist-docs',
  cacheDir: 'node_modules/.vitepress',
  cleanUrls: true,
  // Links to the sources and to the README leave the site; a test of the project checks them.
  ignoreDeadLinks: [
    /^(\.\/)?(\.\.\/)+(README|CHANGELOG|apps|libs|bench|test|deploy|scripts|migrations|LICENSE)/,
  ],
  markdown: { config: keepBraces },
  themeConfig: {
    search: { provider: 'local' },
    outline: 'deep',
    sidebar: [
      ...['tour', 'guide', 'glossary'].map(page),
      group('Guide', pagesOf('guide')),
      group('Connect', [page('connect'), ...pagesOf('connect')]),
      group('Reference', pagesOf('reference')),
      group('Runbooks', pagesOf('runbooks')),
      group('Alerts', pagesOf('runbooks/alerts')),
      group('How it is built', [
        ...['specification', 'architecture', 'development', 'releasing'].map(page),
        { text: 'Decisions', link: '/adr/' },
        ...pagesOf('adr'),
      ]),
    ],
  },
});
