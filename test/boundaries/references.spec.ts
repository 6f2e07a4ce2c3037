import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((path) => /\.(ts|js|cjs|sql|md|yml)$/.test(path) && existsSync(join(root, path)));
const texts = new Map(files.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
const itself = 'test/boundaries/references.spec.ts';

/** Every match in every file, as `path: match`. */
function findAll(pattern: RegExp, isBroken: (match: RegExpMatchArray, path: string) => boolean): string[] {
  return [...texts].flatMap(([path, text]) =>
    path === itself
      ? []
      : [...text.matchAll(pattern)]
          .filter((match) => isBroken(match, path))
          .map(([match]) => `${path}: ${match}`),
  );
}

function headingsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!);
}

/** As GitHub makes an anchor of a heading. */
function toAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

function isBrokenLink(link: string, from: string): boolean {
  if (/^[a-z]+:/.test(link)) return false;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? from : join(dirname(from), path);
  if (!existsSync(join(root, target))) return true;
  if (anchor === undefined || !target.endsWith('.md')) return false;
  return !headingsOf(texts.get(target) ?? '').some((heading) => toAnchor(heading) === anchor);
}

describe('references in comments and documents', () => {
  it('cite only sections that docs/specification.md has', () => {
    const sections = new Set(
      headingsOf(texts.get('docs/specification.md') ?? '').map((heading) => heading.split(/\.? /)[0]),
    );
    expect(findAll(/specification §(\d+(?:\.\d+)?)/g, ([, section]) => !sections.has(section))).toEqual([]);
  });

  it('cite no document that is not in the project', () => {
    expect(findAll(/SPEC §|\b(?:SPEC|API|ARCHITECTURE|CONVENTIONS|REVIEW)\.md\b/g, () => true)).toEqual([]);
  });

  it('name only files and folders that exist', () => {
    const paths = /`((?:apps|bench|deploy|docs|libs|migrations|scripts|test)\/[\w./*-]+)`/g;
    const isMissing = (path: string) =>
      globSync(path.replace(/\/$/, ''), { cwd: root }).length === 0 && !existsSync(join(root, path));
    expect(findAll(paths, ([, path]) => isMissing(path!))).toEqual([]);
  });

  it('link only to files and headings that exist', () => {
    const links = /\]\(([^)\s]+)\)/g;
    expect(findAll(links, ([, link], path) => path.endsWith('.md') && isBrokenLink(link!, path))).toEqual([]);
  });
});
