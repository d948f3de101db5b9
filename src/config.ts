import { createHmac } from 'node:crypto'
import { isIP } from 'node:net'
import { z } from 'zod'
import { expected } from './configTexts.ts'
import { defaultModel } from './embeddings/model.ts'
import { ConfigError, type Language } from './errors.ts'
import type { QdrantSettings } from './indexes/qdrant/layout.ts'
import { logLevels } from './log.ts'
import { type ProxyServer, proxySecrets, proxySetting, readProxy } from './network/proxy.ts'
import { isNear } from './peers.ts'
import { defaultLimits, type ReadLimits } from './reports/manuscript.ts'

/** The items of a list, parted by blanks or by a comma of either keyboard; a comma may stand at the end. */
const itemsOf = (list: string) =>
  list
    .trim()
    .replace(/\s*[,\uff0c、]$/u, '')
    .split(/\s*[,\uff0c、]\s*|\s+/u)

/** A Chinese keyboard may give digits and minus signs of full width, which NFKC folds. */
const ids = z
  .string()
  .transform((list) => itemsOf(list.normalize('NFKC')))
  .pipe(z.array(z.string().regex(/^-?\d+$/)))
  .transform((items) => items.map(Number))

/** Telegram's own. */
export const defaultApiRoot = 'https://api.telegram.org'

const onOff = z
  .enum(['on', 'off'])
  .default('off')
  .transform((value) => value === 'on')

const addresses = z
  .string()
  .transform((list) => itemsOf(list).map((address) => address.replace(/\/+$/u, '')))
  .pipe(z.array(z.url({ protocol: /^https?$/ })).min(1))

const megabyte = 1024 * 1024
const limit = (usual: number) => z.coerce.number().int().min(1).default(usual)

/** Telegram sends updates, and opens pages, over https only; on the machine itself a proxy or a test may do without. */
const securedUrl = z.url({ protocol: /^https?$/ }).refine((address) => {
  if (!URL.canParse(address)) return false
  const { protocol, hostname, hash, username } = new URL(address)
  const isLoopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/u.test(hostname)
  return (protocol === 'https:' || isLoopback) && hash === '' && username === ''
})

const variablesSchema = z.object({
  TELEGRAM_BOT_TOKEN: z
    .string()
    .regex(/^\d+:[A-Za-z0-9_-]+$/)
    .optional(),
  TELEGRAM_API_ROOT: z
    .url({ protocol: /^https?$/ })
    .default(defaultApiRoot)
    .transform((address) => address.replace(/\/+$/u, '')),
  // Which of these counts, and whether it is well-formed, depends on the address that is asked (`proxySetting`).
  TELEGRAM_PROXY: z.string().optional(),
  HTTPS_PROXY: z.string().optional(),
  HTTP_PROXY: z.string().optional(),
  ALL_PROXY: z.string().optional(),
  NO_PROXY: z.string().optional(),
  REPORTS_DIR: z.string().default('reports'),
  INDEX_DIR: z.string().default('index'),
  STATE_DIR: z.string().default('state'),
  QDRANT_URL: addresses.optional(),
  QDRANT_API_KEY: z.string().optional(),
  QDRANT_COLLECTION: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,100}$/u)
    .default('wenju'),
  QDRANT_SHARDS: limit(1),
  QDRANT_REPLICAS: limit(1),
  EMBEDDING_MODEL: z.string().default(defaultModel),
  RERANKER_MODEL: z.string().optional(),
  MIN_CONFIDENCE: z.coerce.number().min(0).max(1).optional(),
  DEFAULT_LANGUAGE: z.enum(['zh', 'en']).optional(),
  ALLOWED_USERS: ids.default([]),
  ALLOWED_CHATS: ids.default([]),
  ADMIN_USERS: ids.default([]),
  MAX_FILE_MB: limit(defaultLimits.bytes / megabyte),
  MAX_PAGES: limit(defaultLimits.pages),
  MAX_READ_SECONDS: limit(defaultLimits.seconds),
  MAX_READ_MEMORY_MB: limit(defaultLimits.memoryMb),
  MAX_QUESTIONS_PER_MINUTE: z.coerce.number().int().min(0).default(60),
  MAX_QUESTION_AGE_SECONDS: z.coerce.number().int().min(0).default(86_400),
  GUEST_MODE: onOff,
  EPHEMERAL_ANSWERS: onOff,
  STORE_QUESTIONS: onOff,
  WEBHOOK_URL: securedUrl.optional(),
  WEBHOOK_SECRET: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,256}$/)
    .optional(),
  PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  PUBLIC_URL: securedUrl.refine((address) => !address.includes('?')).optional(),
  LOG_LEVEL: z.enum(logLevels).default('info'),
})

const schema = variablesSchema
  .refine(({ WEBHOOK_URL, PUBLIC_URL, PORT }) => (WEBHOOK_URL ?? PUBLIC_URL) === undefined || PORT !== undefined, {
    path: ['PORT'],
  })
  .refine(({ PUBLIC_URL, TELEGRAM_BOT_TOKEN }) => !PUBLIC_URL || !TELEGRAM_BOT_TOKEN || isForButtons(PUBLIC_URL), {
    path: ['PUBLIC_URL'],
  })

/** Tells whether Telegram takes an address for a button and people elsewhere can open it. */
function isForButtons(address: string): boolean {
  const { protocol, hostname } = new URL(address)
  const host = hostname.replace(/^\[|\]$/gu, '').replace(/\.$/u, '')
  const isName = isIP(host) === 0
  const isPublic = isName
    ? host.includes('.') && !host.endsWith('.localhost')
    : !isNear(host) && !/^0\.|^::$/u.test(host)
  return protocol === 'https:' && isPublic
}

/** All settings, checked. */
export interface Config {
  readonly telegram: {
    /** Absent: Wenju talks in the terminal. */
    readonly token: string | undefined
    readonly apiRoot: string
    /** By which Telegram is asked; null for directly. */
    readonly proxy: ProxyServer | null
    /** Where Telegram sends updates and what it shows to be Telegram; null for polling. */
    readonly webhook: { readonly url: string; readonly secret: string } | null
    /** Who may ask; empty lists allow everybody. */
    readonly allowedUsers: readonly number[]
    readonly allowedChats: readonly number[]
    /** Who may see the status and is told of trouble. */
    readonly admins: readonly number[]
    /** Of one person and of one chat; 0 for no limit. */
    readonly maxQuestionsPerMinute: number
    /** Questions that waited longer are not answered. */
    readonly maxQuestionAgeSeconds: number
    readonly modes: { readonly guest: boolean; readonly ephemeral: boolean; readonly storeQuestions: boolean }
  }
  /** Where the bot keeps the little it must remember. */
  readonly stateFolder: string
  /** Where the pages, health and metrics are served, and updates arrive; undefined for nowhere. */
  readonly port: number | undefined
  /** Where people find the pages; undefined where nobody is sent there. */
  readonly publicUrl: string | undefined
  readonly reportsFolder: string
  /** What one report may cost to read. */
  readonly limits: ReadLimits
  readonly indexFolder: string
  /** Where many processes share one index; undefined where each has its own on disk. */
  readonly qdrant: QdrantSettings | undefined
  readonly model: string
  /** A cross-encoder that reads the best candidates once more; null for none. */
  readonly reranker: string | null
  /** 0 … 1, or null for the calibrated bound. */
  readonly minConfidence: number | null
  readonly language: Language
  readonly logLevel: (typeof logLevels)[number]
}

/** Every variable that the environment may set, in the order of `.env.example`. */
export const variables = Object.keys(variablesSchema.shape)

/**
 * The configuration that an environment states; an empty value counts as not set.
 * @throws ConfigError that tells all faults at once. It never repeats a value, as one may be the token.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  )
  const parsed = schema.safeParse(set)
  if (!parsed.success) throw faulty(parsed.error.issues.map((issue) => String(issue.path[0])))
  const env = parsed.data
  return Object.freeze({
    telegram: Object.freeze({
      token: env.TELEGRAM_BOT_TOKEN,
      apiRoot: env.TELEGRAM_API_ROOT,
      proxy: proxyOf(env, environment),
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
    language: env.DEFAULT_LANGUAGE ?? languageOf(environment),
    logLevel: env.LOG_LEVEL,
  })
}

/** @throws ConfigError where the variable that counts is malformed; without a token nobody asks Telegram anything */
function proxyOf(
  { TELEGRAM_API_ROOT: apiRoot, TELEGRAM_BOT_TOKEN: token, TELEGRAM_PROXY: own }: z.infer<typeof schema>,
  environment: Readonly<Record<string, string | undefined>>,
): ProxyServer | null {
  if ((token ?? own) === undefined) return null
  const setting = proxySetting(new URL(apiRoot), environment, 'TELEGRAM_PROXY')
  const proxy = setting && readProxy(setting)
  if (setting && !proxy) throw faulty([setting.variable])
  return proxy && Object.freeze(proxy)
}

/** The secrets of an environment, which must never be shown, whether the environment is well-formed or not. */
export function secretsOf(environment: Readonly<Record<string, string | undefined>>): string[] {
  const { TELEGRAM_BOT_TOKEN = '', WEBHOOK_SECRET = '', QDRANT_API_KEY = '' } = environment
  return [TELEGRAM_BOT_TOKEN, WEBHOOK_SECRET, QDRANT_API_KEY, ...proxySecrets(environment)]
}

/** Replicas share the token, so a secret made of it is the same for all. */
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

function faulty(variables: readonly string[]): ConfigError {
  const names = [...new Set(variables)]
  // Variables of proxies may be written in lower case.
  const told = (language: Language) =>
    names.map((name) => `  ${name}: ${expected[name.toUpperCase()]?.[language] ?? ''}`).join('\n')
  return new ConfigError({
    zh: `环境变量(.env)有误,请改正:\n${told('zh')}`,
    en: `The environment (.env) is at fault; mend these:\n${told('en')}`,
  })
}
