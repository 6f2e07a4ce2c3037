import type { Database } from '#database';
import { analyserVersion } from '../../analysis/analyser-version.js';
import { type AnalysedQuestion, analyseQuestion } from '../../analysis/analyse-question.js';
import type { Language, LanguageChoice } from '../../analysis/languages.js';
import type { CorpusEntity } from '../corpus.entity.js';
import { toSearchableText } from './search-sql.js';

/** The version of lexemes that Postgres made, in the release before the analyser. */
export const postgresWords = 0;

/** The words of a question as the tenant's chunks have them, for the statements of `search-sql.ts`. */
export interface SearchWords {
  readonly terms: number;
  /** False if the analyser of another release made the tenant's lexemes: then there are no terms. */
  readonly areSearchable: boolean;
  /** The language that the question is probably in; null if it is not known. */
  readonly language: Language | null;
  /** As they are stored, and for each the number of its term. */
  readonly lexemes: readonly string[];
  readonly termNumbers: readonly number[];
  /** The version of the analyser that made the tenant's lexemes. */
  readonly version: number;
}

/** A lexeme as it is stored: lexemes of two versions never match. Those that Postgres made have no prefix. */
export function storedLexeme(lexeme: string, version = analyserVersion): string {
  return version === postgresWords ? lexeme : String.fromCharCode(version) + lexeme;
}

/**
 * Analyses a question in the open transaction, for its tenant: with the analyser that made the tenant's lexemes, in the languages of its
 * documents. null if the tenant never had a document.
 */
export async function readSearchWords(
  database: Database,
  question: string,
  language: LanguageChoice,
): Promise<SearchWords | null> {
  const [corpus] = await database.query<Pick<CorpusEntity, 'analyser' | 'languages'>>(
    'SELECT analyser, languages FROM corpora',
  );
  if (!corpus) return null;
  const { analyser: version, languages: corpusLanguages } = corpus;
  if (version === postgresWords) return toSearchWords(await readPostgresWords(database, question), version);
  // These are of a newer release that runs beside this one, or of an earlier one and will be made again. Neither can be searched here.
  if (version !== analyserVersion) return toSearchWords({ terms: [], language: null }, version);
  return toSearchWords(analyseQuestion(question, { language, corpusLanguages }), version);
}

async function readPostgresWords(database: Database, question: string): Promise<AnalysedQuestion> {
  const sql = `SELECT lexeme FROM unnest(to_tsvector('english', $1)) ORDER BY lexeme COLLATE "C"`;
  const rows = await database.query<{ lexeme: string }>(sql, [toSearchableText(question)]);
  return { terms: rows.map(({ lexeme }) => [lexeme]), language: null };
}

function toSearchWords({ terms, language }: AnalysedQuestion, version: number): SearchWords {
  return {
    version,
    areSearchable: version === analyserVersion || version === postgresWords,
    language,
    terms: terms.length,
    lexemes: terms.flatMap((lexemes) => lexemes.map((lexeme) => storedLexeme(lexeme, version))),
    termNumbers: terms.flatMap((lexemes, number) => lexemes.map(() => number)),
  };
}
