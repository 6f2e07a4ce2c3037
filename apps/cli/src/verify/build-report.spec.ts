import type { QuestionResult, AnswerRun } from './ask-questions.js';
import { differencesIn, totalsOf } from './compare-answers.js';
import { renderHtml } from './render-html.js';
import { renderMarkdown } from './render-markdown.js';
import { type Verification, buildReport, summaryLine } from './build-report.js';

function aRun(run: Partial<AnswerRun> = {}): AnswerRun {
  const defaults = { answer: 'On the first.', sources: ['lease#1'], model: 'gpt-4', degraded: [] };
  return { ...defaults, costUsd: 0.01, ms: 100, ...run };
}

function aQuestionResult(asked: Partial<QuestionResult> = {}): QuestionResult {
  const question = { id: 'q1', question: 'When is rent due?' };
  return { question, before: aRun(), after: aRun(), error: null, ...asked };
}

function aVerification(
  asked: readonly (QuestionResult | null)[],
  more: Partial<Verification> = {},
): Verification {
  const group = { tenants: ['acme', 'globex'], changes: [], patch: {} };
  return {
    proposal: null,
    questions: asked.length,
    suspended: 0,
    verified: [{ group, results: asked }],
    unaffected: [],
    leftOut: [],
    minSimilarity: 1,
    stopped: null,
    ...more,
  };
}

describe('compareAnswers', () => {
  it.each([
    [{ answer: 'On the second.' }, ['answer']],
    [{ answer: ' On  the\nfirst. ' }, []],
    [{ sources: [] }, ['sources']],
    [{ model: 'gpt-4o', costUsd: 0.02 }, ['model', 'cost']],
    [{ degraded: ['rerank: failed'] }, ['degraded']],
    [{ ms: 9000 }, []],
  ])('finds that two runs with %j differ in %j', (after, aspects) => {
    expect(differencesIn(aQuestionResult({ after: aRun(after) }), 1)).toEqual(aspects);
  });

  it('finds a difference when one of the runs has no answer', () => {
    expect(differencesIn(aQuestionResult({ after: null }), 1)).toEqual(['answered']);
    expect(differencesIn(aQuestionResult({ before: null }), 1)).toEqual(['answered']);
    expect(differencesIn(aQuestionResult({ before: null, after: null, error: 'Down.' }), 1)).toEqual([]);
  });

  it('measures similarity by the words of the answers', () => {
    const asked = aQuestionResult({ after: aRun({ answer: 'On the second.' }) });
    expect(differencesIn(asked, 0.66)).toEqual([]);
    expect(differencesIn(asked, 0.67)).toEqual(['answer']);
    expect(differencesIn(aQuestionResult({ after: aRun({ answer: '' }) }), 0.1)).toEqual(['answer']);
  });

  it('adds up costs and times only where both runs answered', () => {
    const asked = [aQuestionResult({ after: aRun({ costUsd: 0.03 }) }), aQuestionResult({ after: null })];
    expect(totalsOf(asked, 1)).toMatchObject({ asked: 2, different: 2, errors: 0, costUsd: [0.01, 0.03] });
  });
});

describe('buildReport', () => {
  const hostile = '<script>alert(1)</script> ```\n# [x](javascript:y) | "a" & \'b\'';
  const verification = aVerification([
    aQuestionResult({ question: { id: 'q1', question: hostile }, after: aRun({ answer: hostile }) }),
    aQuestionResult({ before: null, after: null, error: hostile }),
    null,
  ]);

  it('reports the differences for each group and in total', () => {
    const one = {
      tenants: ['acme', 'globex'],
      changes: [{ field: 'temperature', from: 0.7, to: 0.2 } as const],
      patch: { temperature: 0.2 },
    };
    const other = { tenants: ['initech'], changes: [], patch: {} };
    const report = buildReport(
      aVerification([], {
        proposal: { defaults: {} as never, matched: 4, changed: 2 },
        questions: 1,
        suspended: 1,
        verified: [{ group: one, results: [aQuestionResult({ after: aRun({ model: 'gpt-4o' }) })] }],
        unaffected: [other],
        leftOut: [other],
        stopped: 'it was interrupted.',
      }),
    );
    expect(report.lines).toEqual([
      '1 question asked, 1 answered differently, 0 errors. Ended early: it was interrupted.',
      'The proposal changes settings of 2 of 4 tenants, branding and limits included.',
      '2 tenants in 1 class of configuration: asked 1 question each; the first tenant of a class represents the class.',
      '1 tenant in 1 class of configuration: not asked: nothing changes that an answer depends on.',
      '1 tenant in 1 class of configuration: not asked: more than --classes allows.',
      '1 suspended tenant left out.',
      'What differs: model 1.',
    ]);
    expect(report.rows).toEqual([
      ['1', '2', 'acme', '1', '1', '0', '$0.010000 → $0.010000', '100 ms → 100 ms'],
      ['All', '2', '', '1', '1', '0', '$0.010000 → $0.010000', '100 ms → 100 ms'],
    ]);
    expect(report.sections).toMatchObject([
      { title: 'Class 1: acme (2 tenants)', changes: ['~ model.temperature: 0.7 → 0.2'], errors: [] },
    ]);
  });

  it('counts a question that was asked under one setting only', () => {
    expect(summaryLine(verification)).toBe('2 questions asked, 1 answered differently, 1 error.');
  });

  it('renders HTML in which no text becomes markup', () => {
    const html = renderHtml(buildReport(verification));
    expect(html).not.toContain('<script');
    expect(html).toContain(
      '&lt;script&gt;alert(1)&lt;/script&gt; ```\n# [x](javascript:y) | &quot;a&quot; &amp; &#39;b&#39;',
    );
    expect(html).not.toMatch(/\b(?:src|href)=/);
  });

  it('renders Markdown in which no text becomes markup', () => {
    const markdown = renderMarkdown(buildReport(verification));
    expect(markdown).toContain('\n````\n<script>');
    const outside = markdown.replace(/^(`{3,})[^\n]*\n[^]*?\n\1$/gm, '');
    expect(outside).toContain('\\<script\\>');
    expect(outside).not.toMatch(/(?<!\\)[<`]/);
    expect(outside.match(/^#.*$/gm)).toHaveLength(3);
  });
});
