import { createHash } from 'node:crypto';

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1rem;color:#1f2328;background:#fff}
h1{font-size:1.25rem}p{overflow-wrap:anywhere}.id{color:#59636e;font-size:.875rem}
button{font:inherit;display:block;width:100%;text-align:left;margin:.5rem 0;padding:.75rem 1rem;border:1px solid #d1d9e0;border-radius:.5rem;background:#f6f8fa;color:inherit;cursor:pointer}
@media(prefers-color-scheme:dark){body{color:#f0f6fc;background:#0d1117}.id{color:#9198a1}button{background:#151b23;border-color:#3d444d}a{color:#4493f8}}`;
const styleHash = createHash('sha256').update(style).digest('base64');

/** The headers of the pages: they run no script, and load and frame nothing. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
} as const;

/** A role on the page of the choice. */
export interface PageOption {
  /** The tenant, or the platform. */
  readonly title: string;
  readonly role: string;
  /** What the form sends. */
  readonly choice: string;
}

/** What the page for a sign-in that failed says. */
interface ErrorPageContent {
  readonly title: string;
  readonly detail: string;
  readonly requestId: string;
  /** The path of the console. */
  readonly home: string;
}

/** The page for a sign-in that failed. */
export function errorPage({ title, detail, requestId, home }: ErrorPageContent): string {
  return page(
    title,
    `<p>${escape(detail)}</p><p><a href="${escape(home)}">Back to the sign-in</a></p>
<p class="id">Request <code>${escape(requestId)}</code></p>`,
  );
}

/** The page on which a person picks one of several roles. It sends the choice to `action`. */
export function choicePage(options: readonly PageOption[], action: string): string {
  const forms = options.map(
    ({ title, role, choice }) =>
      `<form method="post" action="${escape(action)}"><input type="hidden" name="choice" value="${escape(choice)}"><button>${escape(title)}<br><span class="id">${escape(role)}</span></button></form>`,
  );
  return page(
    'Sign in as',
    `<p>You have several roles. A session has one; sign out to change it.</p>\n${forms.join('\n')}`,
  );
}

function page(title: string, content: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)} · Attune</title>
<style>${style}</style><main><h1>${escape(title)}</h1>${content}</main></html>\n`;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
