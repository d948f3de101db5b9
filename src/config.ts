import { createHmac } from 'node:crypto'
import { isIP } from 'node:net'
import type * as z from 'zod'
import { environmentSchema, megabyte, type VariableName, variables } from './configVariables.ts'
import { type Bilingual, ConfigError, type Language } from './errors.ts'
import type { QdrantSettings } from './indexes/qdrant/layout.ts'
import type { logLevels } from './log.ts'
import { hostOf, type ProxyServer, proxySecrets, proxySetting, readProxy } from './network/proxy.ts'
import { isNear } from './peers.ts'
import type { ReadLimits } from './reports/manuscript.ts'

const schema = environmentSchema
  .refine(({ WEBHOOK_URL, PUBLIC_URL, PORT }) => (WEBHOOK_URL ?? PUBLIC_URL) === undefined || PORT !== undefined, {
    path: ['PORT'],
  })
  .refine(({ PUBLIC_URL, TELEGRAM_BOT_TOKEN }) => !PUBLIC_URL || !TELEGRAM_BOT_TOKEN || isForButtons(PUBLIC_URL), {
    path: ['PUBLIC_URL'],
  })

/** True when Telegram takes an address for a button and people elsewhere can open it. */
function isForButtons(address: string): boolean {
  const url = new URL(address)
  const host = hostOf(url).replace(/\.$/u, '')
  const isName = isIP(host) === 0
  const isPublic = isName
    ? host.includes('.') && !host.endsWith('.localhost')
    : !isNear(host) && !/^0\.|^::$/u.test(host)
  return url.protocol === 'https:' && isPublic
}

/** All settings, checked. */
export interface Config {
  readonly telegram: {
    /** Undefined where Wenju talks in the terminal. */
    readonly token: string | undefined
    readonly apiRoot: string
    /** The proxy for Telegram; null to connect directly. */
    readonly proxy: ProxyServer | null
    /** The address that Telegram sends updates to, and the secret by which it proves to be Telegram; null for polling. */
    readonly webhook: { readonly url: string; readonly secret: string } | null
    /** The users and chats that may ask; two empty lists allow everybody. */
    readonly allowedUsers: readonly number[]
    readonly allowedChats: readonly number[]
    /** The users that may see the status and get messages about trouble. */
    readonly admins: readonly number[]
    /** The limit for each person and each chat; 0 for none. */
    readonly maxQuestionsPerMinute: number
    /** A question that waited longer is not answered. */
    readonly maxQuestionAgeSeconds: number
    readonly modes: { readonly guest: boolean; readonly ephemeral: boolean; readonly storeQuestions: boolean }
  }
  /** Admins may send web addresses, which are then fetched. */
  readonly allowLinks: boolean
  /** The folder for the little that the bot must remember. */
  readonly stateFolder: string
  /** The port of the pages, health, metrics and webhook; undefined for no server. */
  readonly port: number | undefined
  /** The address of the pages for people; undefined where no link leads there. */
  readonly publicUrl: string | undefined
  readonly reportsFolder: string
  /** Bounds on the reading of one report. */
  readonly limits: ReadLimits
  readonly indexFolder: string
  /** The Qdrant in which processes share one index; undefined where answers come from the index folder. */
  readonly qdrant: QdrantSettings | undefined
  readonly model: string
  /** The cross-encoder that reads the best candidates once more; null for none. */
  readonly reranker: string | null
  /** 0 … 1, or null for the calibrated bound. */
  readonly minConfidence: number | null
  /** The probability, 0 … 1, from which on a new report is taken to answer a standing question. */
  readonly standingConfidence: number
  readonly language: Language
  readonly logLevel: (typeof logLevels)[number]
}

/**
 * The configuration that an environment states; an empty value counts as not set.
 * @throws ConfigError that names all faults at once. It never repeats a value, as one may be the token.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  )
  const parsed = schema.safeParse(set)
  if (!parsed.success) throw faultOf(parsed.error.issues.map((issue) => String(issue.path[0])))
  const env = parsed.data
  return Object.freeze({
    telegram: Object.freeze({
      token: env.TELEGRAM_BOT_TOKEN,
      apiRoot: env.TELEGRAM_API_ROOT,
      proxy: telegramProxy(env, environment),
      webhook: webhookOf(env),
      allowedUsers: Object.freeze(env.ALLOWED_USERS),
      allowedChats: Object.freeze(env.ALLOWED_CHATS),
      admins: Object.freeze(env.ADMIN_USERS),
      maxQuestionsPerMinute: env.MAX_QUESTIONS_PER_MINUTE,
      maxQuestionAgeSeconds: env.MAX_QUESTION_AGE_SECONDS,
      modes: Object.freeze({
        guest: env.GUEST_MODE,
        ephemeral: env.EPHEMERAL_ANSWERS,
        storeQuestions: env.STORE_QUESTIONS,
      }),
    }),
    allowLinks: env.ALLOW_LINKS,
    stateFolder: env.STATE_DIR,
    port: env.PORT,
    publicUrl: env.PUBLIC_URL,
    reportsFolder: env.REPORTS_DIR,
    limits: Object.freeze({
      bytes: env.MAX_FILE_MB * megabyte,
      pages: env.MAX_PAGES,
      seconds: env.MAX_READ_SECONDS,
      memoryMb: env.MAX_READ_MEMORY_MB,
    }),
    indexFolder: env.INDEX_DIR,
    qdrant:
      env.QDRANT_URL &&
      Object.freeze({
        urls: Object.freeze(env.QDRANT_URL),
        apiKey: env.QDRANT_API_KEY,
        name: env.QDRANT_COLLECTION,
        shards: env.QDRANT_SHARDS,
        replicas: env.QDRANT_REPLICAS,
      }),
    model: env.EMBEDDING_MODEL,
    reranker: env.RERANKER_MODEL ?? null,
    minConfidence: env.MIN_CONFIDENCE ?? null,
    standingConfidence: env.STANDING_CONFIDENCE,
    language: env.DEFAULT_LANGUAGE ?? languageOf(environment),
    logLevel: env.LOG_LEVEL,
  })
}

/** The proxy for Telegram; null without a token, as Telegram is not asked then. @throws ConfigError when it is malformed */
function telegramProxy(
  { TELEGRAM_API_ROOT: apiRoot, TELEGRAM_BOT_TOKEN: token, TELEGRAM_PROXY: own }: z.infer<typeof schema>,
  environment: Readonly<Record<string, string | undefined>>,
): ProxyServer | null {
  if ((token ?? own) === undefined) return null
  const setting = proxySetting(new URL(apiRoot), environment, 'TELEGRAM_PROXY')
  const proxy = setting && readProxy(setting)
  if (setting && !proxy) throw faultOf([setting.variable])
  return proxy && Object.freeze(proxy)
}

/** The secrets of an environment, which must never be shown, whether the environment is well-formed or not. */
export function secretsOf(environment: Readonly<Record<string, string | undefined>>): string[] {
  const { TELEGRAM_BOT_TOKEN = '', WEBHOOK_SECRET = '', QDRANT_API_KEY = '' } = environment
  return [TELEGRAM_BOT_TOKEN, WEBHOOK_SECRET, QDRANT_API_KEY, ...proxySecrets(environment)]
}

/** The webhook's settings. A secret made of the token is the same for all replicas, as they share the token. */
function webhookOf({ WEBHOOK_URL: url, WEBHOOK_SECRET: secret, TELEGRAM_BOT_TOKEN: token }: z.infer<typeof schema>) {
  if (url === undefined || token === undefined) return null
  return Object.freeze({ url, secret: secret ?? createHmac('sha256', token).update('webhook secret').digest('hex') })
}

/** The language of a person's system: English where its locale says so, Chinese otherwise. */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): Language {
  const stated = environment.DEFAULT_LANGUAGE
  if (stated === 'zh' || stated === 'en') return stated
  const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || ''
  return locale.startsWith('en') ? 'en' : 'zh'
}

function faultOf(names: readonly string[]): ConfigError {
  const lines = (language: Language) =>
    [...new Set(names)].map((name) => `  ${name}: ${expectedOf(name)?.[language] ?? ''}`).join('\n')
  return new ConfigError({
    zh: `环境变量(.env)有误,请改正:\n${lines('zh')}`,
    en: `The environment (.env) is at fault; mend these:\n${lines('en')}`,
  })
}

/** The form that a variable must have. Variables of proxies may be written in lower case. */
function expectedOf(name: string): Bilingual | null {
  return variables[name.toUpperCase() as VariableName].expected
}
