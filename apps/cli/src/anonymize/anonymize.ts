import type { TenantFile } from '#config';
import { parseTemplate } from '#settings';
import { isPlainObject } from '#kernel';
import type { Pseudonyms } from './pseudonyms.js';

type Replacer = (value: string, pseudonyms: Pseudonyms) => string;

/** For texts that belong to the installation and reveal no tenant. */
const unchanged: Replacer = (value) => value;

const replacements: Readonly<Record<string, Replacer>> = {
  model_name: unchanged,
  model_fallback: unchanged,
  monthly_budget_usd: unchanged,
  system_prompt_template: replaceTemplateText,
  ui_primary_color: (value, pseudonyms) => `#${pseudonyms.hexCode('color', value, 6)}`,
  ui_logo_url: (value, pseudonyms) =>
    `https://logo-${pseudonyms.hexCode('logo', value, 12)}.example/logo.svg`,
  custom_domain: (value, pseudonyms) => `ask-${pseudonyms.hexCode('domain', value, 12)}.example`,
};

/**
 * Replaces everything that identifies the tenant or its prompts. Numbers, booleans, models, names of variables and the positions
 * of placeholders stay, so that the result is still valid and behaves alike. The version is removed, because it belongs to
 * another installation.
 */
export function anonymizeFile({ tenantId, settings }: TenantFile, pseudonyms: Pseudonyms): TenantFile {
  const replacedEntries = Object.entries(settings).map(([name, value]) => [
    name,
    replaceValue(value, replacements[name] ?? replaceText, pseudonyms),
  ]);
  return {
    tenantId: `tenant-${pseudonyms.hexCode('tenant', tenantId, 16)}`,
    settings: Object.fromEntries(replacedEntries) as TenantFile['settings'],
    exportedVersion: null,
  };
}

/** Strings inside an object are replaced as plain text. */
function replaceValue(value: unknown, replace: Replacer, pseudonyms: Pseudonyms): unknown {
  if (typeof value === 'string') return replace(value, pseudonyms);
  if (!isPlainObject(value)) return value;
  const members = Object.entries(value).map(([key, memberValue]) => [
    key,
    replaceValue(memberValue, replaceText, pseudonyms),
  ]);
  return Object.fromEntries(members);
}

function replaceText(value: string, pseudonyms: Pseudonyms): string {
  return pseudonyms.replaceText(value);
}

function replaceTemplateText(source: string, pseudonyms: Pseudonyms): string {
  return parseTemplate(source)
    .pieces.map((piece) =>
      piece.kind === 'placeholder'
        ? `{${piece.name}}`
        : pseudonyms.replaceText(piece.text).replace(/[{}]/g, '$&$&'),
    )
    .join('');
}
