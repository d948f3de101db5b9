import * as z from 'zod'
import { defaultModel } from './embeddings/model.ts'
import type { Bilingual } from './errors.ts'
import { logLevels } from './log.ts'
import { proxyForm } from './network/proxy.ts'
import { defaultLimits } from './reports/manuscript.ts'
import { standingConfidence } from './search/handSetWeights.ts'

/** Telegram's own server. */
export const defaultApiRoot = 'https://api.telegram.org'

/** The items of a list, separated by blanks or by a comma of either keyboard; a comma may stand at the end. */
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
  .default([])

const addresses = z
  .string()
  .transform((list) => itemsOf(list).map((address) => address.replace(/\/+$/u, '')))
  .pipe(z.array(z.url({ protocol: /^https?$/ })).min(1))

/** Telegram sends updates, and opens pages, over https only; on the machine itself a proxy or a test may do without. */
const securedUrl = z.url({ protocol: /^https?$/ }).refine((address) => {
  if (!URL.canParse(address)) return false
  const { protocol, hostname, hash, username } = new URL(address)
  const isLoopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/u.test(hostname)
  return (protocol === 'https:' || isLoopback) && hash === '' && username === ''
})

export const megabyte = 1024 * 1024

interface Variable<Schema extends z.ZodType> {
  readonly schema: Schema
  /** The form that a value must have; null where every text is one. */
  readonly expected: Bilingual | null
}

const variable = <Schema extends z.ZodType>(schema: Schema, zh: string, en: string): Variable<Schema> => {
  return { schema, expected: { zh, en } }
}
/** A variable of which every text is a value. */
const text = <Schema extends z.ZodType>(schema: Schema): Variable<Schema> => ({ schema, expected: null })
/** A proxy's variable. `proxySetting` decides by the address that is asked whether it counts, and whether it is well-formed. */
const proxy = variable(z.string().optional(), proxyForm.zh, proxyForm.en)
const limit = (usual: number) =>
  variable(z.coerce.number().int().min(1).default(usual), '应为不小于 1 的整数', 'must be a whole number, 1 or more')
const onOff = variable(
  z
    .enum(['on', 'off'])
    .default('off')
    .transform((value) => value === 'on'),
  '应为 on 或 off',
  'must be on or off',
)
const userIds = variable(ids, '应为用逗号分隔的 id,如 123456789', 'must be ids parted by commas, like 123456789')

/** The variables that the environment may set, each with its schema and the form of its value, in the order of `.env.example`. */
export const variables = {
  TELEGRAM_BOT_TOKEN: variable(
    z
      .string()
      .regex(/^\d+:[A-Za-z0-9_-]+$/)
      .optional(),
    '应为 @BotFather 给的令牌(数字、冒号、字母和数字)',
    'must be the token that @BotFather gave (digits, a colon, letters and digits)',
  ),
  TELEGRAM_API_ROOT: variable(
    z
      .url({ protocol: /^https?$/ })
      .default(defaultApiRoot)
      .transform((address) => address.replace(/\/+$/u, '')),
    '应为 http(s) 网址',
    'must be an http(s) address',
  ),
  TELEGRAM_PROXY: variable(
    z.string().optional(),
    `${proxyForm.zh};或填 off,表示直接连接`,
    `${proxyForm.en}; or off to connect directly`,
  ),
  HTTPS_PROXY: proxy,
  HTTP_PROXY: proxy,
  ALL_PROXY: proxy,
  NO_PROXY: text(z.string().optional()),
  REPORTS_DIR: text(z.string().default('reports')),
  INDEX_DIR: text(z.string().default('index')),
  STATE_DIR: text(z.string().default('state')),
  QDRANT_URL: variable(
    addresses.optional(),
    '应为 http(s) 网址,多个用逗号分隔,如 http://10.0.0.1:6333,http://10.0.0.2:6333',
    'must be http(s) addresses parted by commas, like http://10.0.0.1:6333,http://10.0.0.2:6333',
  ),
  QDRANT_API_KEY: text(z.string().optional()),
  QDRANT_COLLECTION: variable(
    z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,100}$/u)
      .default('wenju'),
    '应为 1 到 100 个字母、数字、_ 或 -',
    'must be 1 to 100 letters, digits, _ or -',
  ),
  QDRANT_SHARDS: limit(1),
  QDRANT_REPLICAS: limit(1),
  EMBEDDING_MODEL: text(z.string().default(defaultModel)),
  RERANKER_MODEL: text(z.string().optional()),
  MIN_CONFIDENCE: variable(
    z.coerce.number().min(0).max(1).optional(),
    '应为 0 到 1 之间的数',
    'must be a number from 0 to 1',
  ),
  STANDING_CONFIDENCE: variable(
    z.coerce.number().min(0).max(1).default(standingConfidence),
    '应为 0 到 1 之间的数',
    'must be a number from 0 to 1',
  ),
  DEFAULT_LANGUAGE: variable(z.enum(['zh', 'en']).optional(), '应为 zh 或 en', 'must be zh or en'),
  ALLOWED_USERS: userIds,
  ALLOWED_CHATS: variable(
    ids,
    '应为用逗号分隔的 id,如 -1001234567890',
    'must be ids parted by commas, like -1001234567890',
  ),
  ADMIN_USERS: userIds,
  ALLOW_LINKS: onOff,
  MAX_FILE_MB: limit(defaultLimits.bytes / megabyte),
  MAX_PAGES: limit(defaultLimits.pages),
  MAX_READ_SECONDS: limit(defaultLimits.seconds),
  MAX_READ_MEMORY_MB: limit(defaultLimits.memoryMb),
  MAX_QUESTIONS_PER_MINUTE: variable(
    z.coerce.number().int().min(0).default(60),
    '应为不小于 0 的整数,0 表示不限',
    'must be a whole number, 0 for no limit',
  ),
  MAX_QUESTION_AGE_SECONDS: variable(
    z.coerce.number().int().min(0).default(86_400),
    '应为不小于 0 的整数(秒)',
    'must be a whole number of seconds, 0 or more',
  ),
  GUEST_MODE: onOff,
  EPHEMERAL_ANSWERS: onOff,
  STORE_QUESTIONS: onOff,
  WEBHOOK_URL: variable(
    securedUrl.optional(),
    '应为 https 网址,如 https://bot.example.org/telegram;http 只可用于本机',
    'must be an https address like https://bot.example.org/telegram; http only on this machine itself',
  ),
  WEBHOOK_SECRET: variable(
    z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,256}$/)
      .optional(),
    '应为 1 到 256 个字母、数字、_ 或 -',
    'must be 1 to 256 letters, digits, _ or -',
  ),
  PORT: variable(
    z.coerce.number().int().min(1).max(65_535).optional(),
    '应为 1 到 65535 之间的端口号;设置了 WEBHOOK_URL 或 PUBLIC_URL 时必须填写',
    'must be a port from 1 to 65535; where WEBHOOK_URL or PUBLIC_URL is set it is needed',
  ),
  PUBLIC_URL: variable(
    securedUrl.refine((address) => !address.includes('?')).optional(),
    '应为 https 网址,如 https://reports.example.org/,不带问号。机器人的按钮要用它,所以不能是 localhost、不带点的主机名或内网地址;没有令牌时,http 可用于本机',
    "must be an https address like https://reports.example.org/ without a question mark. The bot's buttons lead there, so it cannot be localhost, a name without a dot or a private address; without a token, http may be used on this machine itself",
  ),
  LOG_LEVEL: variable(
    z.enum(logLevels).default('info'),
    `应为 ${logLevels.join('、')} 之一`,
    `must be one of ${logLevels.join(', ')}`,
  ),
}

export type VariableName = keyof typeof variables
export const variableNames = Object.keys(variables) as readonly VariableName[]
type Schemas = { readonly [Name in VariableName]: (typeof variables)[Name]['schema'] }

/** The schema of an environment whose empty values were left out. */
export const environmentSchema = z.object(
  Object.fromEntries(Object.entries(variables).map(([name, { schema }]) => [name, schema])) as Schemas,
)
