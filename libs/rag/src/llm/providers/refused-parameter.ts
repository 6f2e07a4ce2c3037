import { ServerFailure } from '../wire/server-failure.js';

/** Servers whose chat template knows no system message. */
const systemText =
  /system (role|message|prompt|instruction)s?( is| are)? not|not support.{0,30}system|roles must alternate|messages\[0\]\.role/i;
/** How servers that answer 500 say that they do not know a parameter. */
const refusalText =
  /unexpected keyword|un(supported|known|recogni[sz]ed)|not (supported|permitted|allowed)|extra (inputs|fields)/i;
const statuses = [null, 400, 415, 422];

/**
 * The parameter that a server has refused. null: it failed for another reason, or names none of these. A message can name several, for
 * example the accepted ones after the refused one: the first one counts.
 */
export function findRefusedParameter(failure: unknown, names: readonly string[]): string | null {
  if (!(failure instanceof ServerFailure) || !isAboutRequest(failure)) return null;
  const { parameter, text } = failure.error;
  if (names.includes('system') && systemText.test(text)) return 'system';
  const mentioned = Array.from(text.matchAll(/[\w-]+/g), ([word]) => word).filter(
    (word) => word !== 'system',
  );
  const candidates = [...(parameter === null ? [] : [parameter.split(/[.[]/)[0]!]), ...mentioned];
  return candidates.find((word) => names.includes(word)) ?? null;
}

function isAboutRequest({ kind, error: { status, text } }: ServerFailure): boolean {
  if (kind === 'server_error') return refusalText.test(text);
  return kind === 'invalid_request' && statuses.includes(status);
}
