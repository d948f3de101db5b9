/** The two languages in which Wenju speaks to people. */
export type Language = 'zh' | 'en'

/** A text for people, complete in both languages. */
export interface Bilingual {
  readonly zh: string
  readonly en: string
}

/**
 * A fault that a person can mend. Its text says what was expected, what was found and what to do;
 * faces print `text[language]` and no stack. Anything that is not a `UserError` is a defect of ours.
 */
export class UserError extends Error {
  override readonly name: string = 'UserError'
  readonly text: Bilingual

  constructor(text: Bilingual, options?: ErrorOptions) {
    super(text.en, options)
    this.text = text
  }
}

/** The environment or the command line is at fault; the person who starts Wenju mends it. */
export class ConfigError extends UserError {
  override readonly name = 'ConfigError'
}

/** A report, its sidecar or their folder cannot be used; the person who keeps the reports mends it. */
export class ReportError extends UserError {
  override readonly name = 'ReportError'
}

/** Thrown for a file that changed or vanished after it was listed. It is not at fault, and only needs to be listed again. */
export class ChangedWhileReading extends ReportError {
  constructor(file: string) {
    super({
      zh: `${file}:读取期间文件有变动。请再试一次。`,
      en: `${file}: the file changed while it was read. Try again.`,
    })
  }
}

/** The model's weights or tokenizer are missing or altered; a new install or another setting mends it. */
export class ModelError extends UserError {
  override readonly name = 'ModelError'
}

/** The index cannot be opened or written; `npm run index` or more disk space mends it. */
export class IndexError extends UserError {
  override readonly name = 'IndexError'
}

/** The question cannot be searched as it stands; the asker mends it. */
export class QuestionError extends UserError {
  override readonly name = 'QuestionError'
}

/** Telegram refuses the bot itself (token, second poller); the operator mends it. */
export class TelegramError extends UserError {
  override readonly name = 'TelegramError'
}

/** The system's code of a failed call (`ENOSPC`, `ENOENT`, …), or undefined when `error` carries none. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
