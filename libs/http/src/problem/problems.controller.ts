import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { NotFoundError, type ProblemSlug } from '#kernel';
import { Access } from '../access/access.decorators.js';
import { IgnoreUndeclaredInput } from '../input/input.interceptor.js';
import { problemTypes } from './problem-types.js';

/** The page of each kind of problem, to which `type` links. */
@ApiExcludeController()
@IgnoreUndeclaredInput()
@Controller('problems')
export class ProblemsController {
  @Get(':slug')
  @Access('public')
  @Header('content-type', 'text/html; charset=utf-8')
  show(@Param('slug') slug: string): string {
    if (!Object.hasOwn(problemTypes, slug)) throw new NotFoundError('There is no such problem type.');
    const { status, title, remedy } = problemTypes[slug as ProblemSlug];
    return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title} · Attune</title>
<h1>${title}</h1><p>Status ${status}, type <code>/problems/${slug}</code></p><p>${remedy}</p></html>\n`;
  }
}
