import type { Bilingual } from './errors.ts'
import { logLevels } from './log.ts'
import { proxyForm } from './network/proxy.ts'

const userIds: Bilingual = {
  zh: '应为用逗号分隔的 id,如 123456789',
  en: 'must be ids parted by commas, like 123456789',
}
const atLeastOne: Bilingual = { zh: '应为不小于 1 的整数', en: 'must be a whole number, 1 or more' }
const onOrOff: Bilingual = { zh: '应为 on 或 off', en: 'must be on or off' }

/** The form that the value of each variable must have, for those that can be at fault. */
export const expected: Readonly<Record<string, Bilingual>> = {
  TELEGRAM_BOT_TOKEN: {
    zh: '应为 @BotFather 给的令牌(数字、冒号、字母和数字)',
    en: 'must be the token that @BotFather gave (digits, a colon, letters and digits)',
  },
  TELEGRAM_API_ROOT: { zh: '应为 http(s) 网址', en: 'must be an http(s) address' },
  TELEGRAM_PROXY: { zh: `${proxyForm.zh};或填 off,表示直接连接`, en: `${proxyForm.en}; or off to connect directly` },
  HTTPS_PROXY: proxyForm,
  HTTP_PROXY: proxyForm,
  ALL_PROXY: proxyForm,
  QDRANT_URL: {
    zh: '应为 http(s) 网址,多个用逗号分隔,如 http://10.0.0.1:6333,http://10.0.0.2:6333',
    en: 'must be http(s) addresses parted by commas, like http://10.0.0.1:6333,http://10.0.0.2:6333',
  },
  QDRANT_COLLECTION: {
    zh: '应为 1 到 100 个字母、数字、_ 或 -',
    en: 'must be 1 to 100 letters, digits, _ or -',
  },
  QDRANT_SHARDS: atLeastOne,
  QDRANT_REPLICAS: atLeastOne,
  MIN_CONFIDENCE: { zh: '应为 0 到 1 之间的数', en: 'must be a number from 0 to 1' },
  DEFAULT_LANGUAGE: { zh: '应为 zh 或 en', en: 'must be zh or en' },
  ALLOWED_USERS: userIds,
  ALLOWED_CHATS: {
    zh: '应为用逗号分隔的 id,如 -1001234567890',
    en: 'must be ids parted by commas, like -1001234567890',
  },
  MAX_QUESTION_AGE_SECONDS: { zh: '应为不小于 0 的整数(秒)', en: 'must be a whole number of seconds, 0 or more' },
  ADMIN_USERS: userIds,
  MAX_QUESTIONS_PER_MINUTE: {
    zh: '应为不小于 0 的整数,0 表示不限',
    en: 'must be a whole number, 0 for no limit',
  },
  MAX_FILE_MB: atLeastOne,
  MAX_PAGES: atLeastOne,
  MAX_READ_SECONDS: atLeastOne,
  MAX_READ_MEMORY_MB: atLeastOne,
  GUEST_MODE: onOrOff,
  EPHEMERAL_ANSWERS: onOrOff,
  STORE_QUESTIONS: onOrOff,
  WEBHOOK_URL: {
    zh: '应为 https 网址,如 https://bot.example.org/telegram;http 只可用于本机',
    en: 'must be an https address like https://bot.example.org/telegram; http only on this machine itself',
  },
  WEBHOOK_SECRET: {
    zh: '应为 1 到 256 个字母、数字、_ 或 -',
    en: 'must be 1 to 256 letters, digits, _ or -',
  },
  PORT: {
    zh: '应为 1 到 65535 之间的端口号;设置了 WEBHOOK_URL 或 PUBLIC_URL 时必须填写',
    en: 'must be a port from 1 to 65535; where WEBHOOK_URL or PUBLIC_URL is set it is needed',
  },
  PUBLIC_URL: {
    zh: '应为 https 网址,如 https://reports.example.org/,不带问号。机器人的按钮要用它,所以不能是 localhost、不带点的主机名或内网地址;没有令牌时,http 可用于本机',
    en: "must be an https address like https://reports.example.org/ without a question mark. The bot's buttons lead there, so it cannot be localhost, a name without a dot or a private address; without a token, http may be used on this machine itself",
  },
  LOG_LEVEL: { zh: `应为 ${logLevels.join('、')} 之一`, en: `must be one of ${logLevels.join(', ')}` },
}
