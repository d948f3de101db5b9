import { createInterface } from 'node:readline'
import type { Answerer } from '../answer/answerer.ts'
import { localeOf, textIn } from '../answer/locale.ts'
import { type Language, UserError } from '../errors.ts'
import { type Look, paint, renderAnswer } from './render.ts'

const texts = {
  zh: {
    hello: (reports: number) => `问据:在 ${reports} 份报告里查找原文。直接输入问题;空行或 Ctrl+D 退出。`,
    prompt: '问> ',
  },
  en: {
    hello: (reports: number) => `Wenju quotes from ${reports} reports. Type a question; an empty line or Ctrl+D ends.`,
    prompt: '?> ',
  },
} as const

/** The look of answers on the terminal at `output`: without colours when it is piped or NO_COLOR is set. */
export function lookOf(output: NodeJS.WriteStream, language: Language, environment = process.env): Look {
  const colours = output.isTTY === true && !environment.NO_COLOR && environment.TERM !== 'dumb'
  return { columns: Math.min(output.columns ?? 100, 100), colours, language }
}

/**
 * Answers questions line by line until the input ends. A person at the terminal gets a greeting and a prompt, and ends
 * with an empty line. When input or output is piped, only the questions with their answers are written.
 * @param signal ends the chat before the input does
 * @returns the number of lines whose question was at fault
 */
export async function chat(
  answerer: Pick<Answerer, 'answer' | 'reports'>,
  language: Language,
  signal?: AbortSignal,
  input: NodeJS.ReadStream = process.stdin,
  output: NodeJS.WriteStream = process.stdout,
): Promise<number> {
  const say = texts[language]
  const interactive = input.isTTY === true && output.isTTY === true
  const lines = createInterface({
    input,
    output: interactive ? output : undefined,
    prompt: say.prompt,
    terminal: interactive,
    signal,
  })
  let faults = 0
  if (interactive) {
    output.write(`${say.hello(answerer.reports.length)}\n\n`)
    lines.prompt()
  }
  for await (const line of lines) {
    if (line.trim() === '') {
      if (interactive) break
      continue
    }
    const look = { ...lookOf(output, language), language: await localeOf(line, language, false) }
    try {
      const answer = await answerer.answer({ text: line })
      if (!interactive) output.write(`${paint(line.trim(), look, 'cyan').join('\n')}\n\n`)
      output.write(`${renderAnswer(answer, look)}\n`)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      faults++
      output.write(`${paint(textIn(error.text, look.language), look, 'yellow').join('\n')}\n\n`)
    }
    if (interactive) lines.prompt()
  }
  lines.close()
  return faults
}
