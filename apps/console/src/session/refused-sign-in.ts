import type { Problem } from '../api/problem.js';
import { sessionTexts } from './session.texts.js';

/** Why a sign-in did not succeed: one sentence for each reason, since "wrong key" is not true while the database is away. */
export function refusedSignIn({ slug, title, detail, retryAfterS }: Problem): {
  title: string;
  text: string;
} {
  const text = slug === 'unavailable' ? sessionTexts.databaseAway : (detail ?? '');
  const next = retryAfterS === undefined ? '' : ` ${sessionTexts.tryAgainIn(Math.ceil(retryAfterS))}`;
  return { title: sessionTexts.refused[slug] ?? title, text: `${text}${next}`.trim() };
}
