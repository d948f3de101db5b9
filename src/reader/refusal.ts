import type { Language } from '../errors.ts'

/** Why somebody is not let in: nothing was shown (`absent`), it is too old, forged or used up (`invalid`), or its person may not. */
export type RefusalReason = 'absent' | 'invalid' | 'forbidden'

export interface Refusal {
  readonly language: Language
  readonly reason: RefusalReason
  /** The way from the refused address to the reader's own: `./` for `/`, `../` for `/r/:report`. */
  readonly root: string
  readonly botUsername?: string
}

/** The page for somebody who is not let in; inside Telegram its script asks for a session at `api/session` and tries again. */
export function renderRefusal({ language }: Refusal): string {
  return `<!doctype html><html lang="${language}"></html>`
}
