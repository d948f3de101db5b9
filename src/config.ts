import { z } from 'zod'
import { defaultModel } from './embeddings/model.ts'
import { ConfigError, type Language } from './errors.ts'
import { logLevels } from './log.ts'

const ids = z
  .string()
  .regex(/^\s*-?\d+(\s*,\s*-?\d+)*\s*,?\s*$/, 'must be ids parted by commas: 123456789,-1001234567890')
  .transform((list) =>
    list
      .split(',')
      .filter((id) => id.trim() !== '')
      .map(Number),
  )

const schema = z.object({
  TELEGRAM_BOT_TOKEN: z
    .string()
    .regex(/^\d+:[A-Za-z0-9_-]+$/, 'must be the token that @BotFather gave: digits, a colon, letters and digits')
    .optional(),
  TELEGRAM_API_ROOT: z.url({ protocol: /^https?$/ }).default('https://api.telegram.org'),
  REPORTS_DIR: z.string().default('reports'),
  INDEX_DIR: z.string().default('index'),
  EMBEDDING_MODEL: z.string().default(defaultModel),
  MIN_CONFIDENCE: z.coerce.number().min(0).max(1).default(0),
  DEFAULT_LANGUAGE: z.enum(['zh', 'en']).optional(),
  ALLOWED_USERS: ids.default([]),
  ALLOWED_CHATS: ids.default([]),
  MAX_QUESTION_AGE_SECONDS: z.coerce.number().int().min(0).default(86_400),
  LOG_LEVEL: z.enum(logLevels).default('info'),
})

/** All settings, checked. */
export interface Config {
  readonly telegram: {
    /** Absent: Wenju talks in the terminal. */
    readonly token: string | undefined
    readonly apiRoot: string
    /** Who may ask; empty lists allow everybody. */
    readonly allowedUsers: readonly number[]
    readonly allowedChats: readonly number[]
    /** Questions that waited longer are not answered. */
    readonly maxQuestionAgeSeconds: number
  }
  readonly reportsFolder: string
  readonly indexFolder: string
  readonly model: string
  /** 0 … 1 */
  readonly minConfidence: number
  readonly language: Language
  readonly logLevel: (typeof logLevels)[number]
}

/** Every variable that the environment may set, in the order of `.env.example`. */
export const variables = Object.keys(schema.shape)

/**
 * The configuration that an environment states; an empty value counts as not set.
 * @throws ConfigError that tells all faults at once. It never repeats a value, as one may be the token.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  )
  const parsed = schema.safeParse(set)
  if (!parsed.success) throw faulty(parsed.error)
  const env = parsed.data
  return Object.freeze({
    telegram: Object.freeze({
      token: env.TELEGRAM_BOT_TOKEN,
      apiRoot: env.TELEGRAM_API_ROOT,
      allowedUsers: Object.freeze(env.ALLOWED_USERS),
      allowedChats: Object.freeze(env.ALLOWED_CHATS),
      maxQuestionAgeSeconds: env.MAX_QUESTION_AGE_SECONDS,
    }),
    reportsFolder: env.REPORTS_DIR,
    indexFolder: env.INDEX_DIR,
    model: env.EMBEDDING_MODEL,
    minConfidence: env.MIN_CONFIDENCE,
    language: env.DEFAULT_LANGUAGE ?? languageOf(environment),
    logLevel: env.LOG_LEVEL,
  })
}

/** The language of a person's system: English where its locale says so, Chinese otherwise. */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): Language {
  const stated = environment.DEFAULT_LANGUAGE
  if (stated === 'zh' || stated === 'en') return stated
  const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || ''
  return locale.startsWith('en') ? 'en' : 'zh'
}

function faulty(error: z.ZodError): ConfigError {
  const faults = error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`).join('\n')
  return new ConfigError({
    zh: `环境变量(.env)有误,请改正:\n${faults}`,
    en: `The environment (.env) is at fault; mend these:\n${faults}`,
  })
}
