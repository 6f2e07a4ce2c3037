import { type TenantFile, parseTemplate } from '#config';
import { isPlainObject } from '#kernel';
import type { Pseudonyms } from './pseudonyms.js';

type Replace = (value: string, pseudonyms: Pseudonyms) => string;

/** Texts that are the installation's and not a tenant's own. */
const asIs: Replace = (value) => value;

const replacements: Readonly<Record<string, Replace>> = {
  model_name: asIs,
  model_fallback: asIs,
  monthly_budget_usd: asIs,
  system_prompt_template: templateOf,
  ui_primary_color: (value, pseudonyms) => `#${pseudonyms.code('color', value, 6)}`,
  ui_logo_url: (value, pseudonyms) => `https://logo-${pseudonyms.code('logo', value, 12)}.example/logo.svg`,
  custom_domain: (value, pseudonyms) => `ask-${pseudonyms.code('domain', value, 12)}.example`,
};

/**
 * The file with everything replaced that says who the tenant is or what it says to models. Numbers, true and false, models, the names
 * of variables and where a template has its placeholders stay, so that it is as valid as it was and behaves alike. Versions go: they
 * are another installation's.
 */
export function anonymized({ tenantId, settings }: TenantFile, pseudonyms: Pseudonyms): TenantFile {
  const replaced = Object.entries(settings).map(([name, value]) => [
    name,
    replacedValue(value, replacements[name] ?? textOf, pseudonyms),
  ]);
  return {
    tenantId: `tenant-${pseudonyms.code('tenant', tenantId, 16)}`,
    settings: Object.fromEntries(replaced) as TenantFile['settings'],
    exportedVersion: null,
  };
}

/** What is inside of an object is text, whatever the object is. */
function replacedValue(value: unknown, replace: Replace, pseudonyms: Pseudonyms): unknown {
  if (typeof value === 'string') return replace(value, pseudonyms);
  if (!isPlainObject(value)) return value;
  const members = Object.entries(value).map(([key, inside]) => [
    key,
    replacedValue(inside, textOf, pseudonyms),
  ]);
  return Object.fromEntries(members);
}

function textOf(value: string, pseudonyms: Pseudonyms): string {
  return pseudonyms.text(value);
}

function templateOf(source: string, pseudonyms: Pseudonyms): string {
  return parseTemplate(source)
    .pieces.map((piece) =>
      piece.kind === 'placeholder' ? `{${piece.name}}` : pseudonyms.text(piece.text).replace(/[{}]/g, '$&$&'),
    )
    .join('');
}
