import assert from 'node:assert/strict'
import { test } from 'node:test'
import { languageOf, readConfig, secretsOf } from '../src/config.ts'
import { variableNames } from '../src/configVariables.ts'
import { defaultModel } from '../src/embeddings/model.ts'
import { ConfigError } from '../src/errors.ts'
import { standingConfidence } from '../src/search/handSetWeights.ts'
import { faultsOf } from './support/configFaults.ts'

const token = '123456:ABC-def_ghi'

test('an empty environment gives the defaults', () => {
  assert.deepEqual(readConfig({}), {
    telegram: {
      token: undefined,
      apiRoot: 'https://api.telegram.org',
      proxy: null,
      webhook: null,
      allowedUsers: [],
      allowedChats: [],
      admins: [],
      maxQuestionsPerMinute: 60,
      maxQuestionAgeSeconds: 86_400,
      modes: { guest: false, ephemeral: false, storeQuestions: false },
    },
    allowLinks: false,
    reportsFolder: 'reports',
    indexFolder: 'index',
    qdrant: undefined,
    stateFolder: 'state',
    port: undefined,
    publicUrl: undefined,
    limits: { bytes: 41_943_040, pages: 1000, seconds: 60, memoryMb: 2048 },
    model: defaultModel,
    reranker: null,
    minConfidence: null,
    standingConfidence,
    language: 'zh',
    logLevel: 'info',
  })
})

test('every variable is read', () => {
  const config = readConfig({
    TELEGRAM_BOT_TOKEN: token,
    TELEGRAM_API_ROOT: 'http://localhost:8081',
    TELEGRAM_PROXY: 'socks5://lin:p%40ss@127.0.0.1:1080',
    REPORTS_DIR: '/data/reports',
    INDEX_DIR: '/data/index',
    STATE_DIR: '/data/state',
    QDRANT_URL: 'http://10.0.0.1:6333/, https://qdrant.example:443/path',
    QDRANT_API_KEY: 'secret',
    QDRANT_COLLECTION: 'reports_2-x',
    QDRANT_SHARDS: '3',
    QDRANT_REPLICAS: '2',
    EMBEDDING_MODEL: 'some/model',
    RERANKER_MODEL: 'some/reranker',
    MIN_CONFIDENCE: '0.35',
    STANDING_CONFIDENCE: '0.8',
    DEFAULT_LANGUAGE: 'en',
    ALLOWED_USERS: '123456789',
    ALLOWED_CHATS: '-1001234567890',
    ADMIN_USERS: '42',
    ALLOW_LINKS: 'on',
    MAX_FILE_MB: '2',
    MAX_PAGES: '30',
    MAX_READ_SECONDS: '4',
    MAX_READ_MEMORY_MB: '500',
    MAX_QUESTIONS_PER_MINUTE: '5',
    MAX_QUESTION_AGE_SECONDS: '60',
    GUEST_MODE: 'on',
    EPHEMERAL_ANSWERS: 'on',
    STORE_QUESTIONS: 'on',
    WEBHOOK_URL: 'https://bot.example.org/telegram',
    WEBHOOK_SECRET: 'Secret_only-for-tests',
    PORT: '8080',
    PUBLIC_URL: 'https://reports.example.org/wenju',
    LOG_LEVEL: 'debug',
  })
  assert.deepEqual(config, {
    telegram: {
      token,
      apiRoot: 'http://localhost:8081',
      proxy: {
        protocol: 'socks5',
        host: '127.0.0.1',
        port: 1080,
        user: 'lin',
        password: 'p@ss',
        variable: 'TELEGRAM_PROXY',
      },
      webhook: { url: 'https://bot.example.org/telegram', secret: 'Secret_only-for-tests' },
      allowedUsers: [123456789],
      allowedChats: [-1001234567890],
      admins: [42],
      maxQuestionsPerMinute: 5,
      maxQuestionAgeSeconds: 60,
      modes: { guest: true, ephemeral: true, storeQuestions: true },
    },
    allowLinks: true,
    reportsFolder: '/data/reports',
    indexFolder: '/data/index',
    qdrant: {
      urls: ['http://10.0.0.1:6333', 'https://qdrant.example:443/path'],
      apiKey: 'secret',
      name: 'reports_2-x',
      shards: 3,
      replicas: 2,
    },
    stateFolder: '/data/state',
    port: 8080,
    publicUrl: 'https://reports.example.org/wenju',
    limits: { bytes: 2 * 1024 * 1024, pages: 30, seconds: 4, memoryMb: 500 },
    model: 'some/model',
    reranker: 'some/reranker',
    minConfidence: 0.35,
    standingConfidence: 0.8,
    language: 'en',
    logLevel: 'debug',
  })
})

test('an empty value, or one of white space, is one that is not set', () => {
  const empty = Object.fromEntries(variableNames.map((name) => [name, '']))
  const blank = Object.fromEntries(variableNames.map((name) => [name, ' \t']))
  assert.deepEqual(readConfig(empty), readConfig({}))
  assert.deepEqual(readConfig(blank), readConfig({}))
})

test('zero is a value', () => {
  const config = readConfig({ MIN_CONFIDENCE: '0', MAX_QUESTION_AGE_SECONDS: '0' })
  assert.equal(config.minConfidence, 0)
  assert.equal(config.telegram.maxQuestionAgeSeconds, 0, 'not the default of a day')
})

test('ids may be parted by commas of either keyboard and white space, negative and with a comma at the end', () => {
  for (const [list, ids] of [
    ['1', [1]],
    ['1,-2, 3 ', [1, -2, 3]],
    ['-1001234567890 , 123456789,', [-1001234567890, 123456789]],
    ['1\uff0c2\uff0c 3\uff0c', [1, 2, 3]],
    ['1、-2 3', [1, -2, 3]],
    ['\uff11\uff12\uff13\uff0c\uff0d\uff17', [123, -7]],
  ] as const) {
    const { telegram } = readConfig({ ALLOWED_USERS: list, ALLOWED_CHATS: list })
    assert.deepEqual(telegram.allowedUsers, ids)
    assert.deepEqual(telegram.allowedChats, ids)
  }
})

test('the addresses of a cluster are parted as ids are', () => {
  const { qdrant } = readConfig({ QDRANT_URL: 'http://a:6333/\uff0chttp://b:6333、http://c:6333 http://d:6333\uff0c' })
  assert.deepEqual(qdrant!.urls, ['http://a:6333', 'http://b:6333', 'http://c:6333', 'http://d:6333'])
})

test('what is no list of ids is refused, never half read', () => {
  for (const list of ['@ann', '1;2', '1,,2', ',', '1.5', '12ab', '1\uff0c、2', '--1', '١']) {
    assert.match(faultsOf({ ALLOWED_USERS: list }).en, /ALLOWED_USERS: must be ids/, list)
  }
})

test('values out of their range or kind are refused', () => {
  for (const [name, values] of Object.entries({
    TELEGRAM_BOT_TOKEN: ['abc', '123', ':abc', '123:', 'bot123:abc', '123:abc def', `${token}\n`],
    TELEGRAM_API_ROOT: ['api.telegram.org', 'ftp://x.org', 'http//x'],
    TELEGRAM_PROXY: ['on', 'OFF', 'proxy', 'vmess://x', 'http://a b:1', 'socks5://x:0x1'],
    MIN_CONFIDENCE: ['-0.1', '1.1', 'high', '50%', 'NaN', 'Infinity'],
    MAX_QUESTION_AGE_SECONDS: ['-1', '1.5', '1h', 'Infinity'],
    DEFAULT_LANGUAGE: ['de', 'ZH', 'english'],
    QDRANT_URL: ['localhost:6333', 'ftp://x.org', 'http://a, b', 'http://a,,http://b', ','],
    QDRANT_COLLECTION: ['a b', 'a/b', '问据', 'x'.repeat(101)],
    QDRANT_SHARDS: ['0', '1.5', 'many'],
    QDRANT_REPLICAS: ['0', '-1', 'all'],
    LOG_LEVEL: ['verbose', 'INFO', '3'],
  })) {
    for (const value of values) {
      const { zh, en } = faultsOf({ [name]: value })
      for (const text of [zh, en]) assert.match(text, new RegExp(`^ {2}${name}: .+$`, 'm'), `${name}=${value}`)
    }
  }
})

test('what must not be shown of an environment is known, well-formed or not', () => {
  const secrets = secretsOf({ TELEGRAM_BOT_TOKEN: 'malformed', WEBHOOK_SECRET: 'w', all_proxy: 'x://u:p@y', PATH: '/' })
  for (const secret of ['malformed', 'w', 'p']) assert.ok(secrets.includes(secret), secret)
})

test('the secret of a webhook is the one given, or one that the token gives and that does not give the token', () => {
  const secretOf = (environment: Record<string, string>) =>
    readConfig({ TELEGRAM_BOT_TOKEN: token, PORT: '1', WEBHOOK_URL: 'https://x.org/', ...environment }).telegram.webhook
      ?.secret
  assert.equal(secretOf({ WEBHOOK_SECRET: 'own-Secret_1' }), 'own-Secret_1')
  const derived = secretOf({})
  assert.match(derived ?? '', /^[A-Za-z0-9_-]{32,256}$/)
  assert.equal(derived, secretOf({}), 'all replicas agree')
  assert.notEqual(derived, secretOf({ TELEGRAM_BOT_TOKEN: `${token}x` }))
  assert.equal(readConfig({ PORT: '1', WEBHOOK_URL: 'https://x.org/' }).telegram.webhook, null, 'without a token')
  for (const secret of ['with space', '字', 'x'.repeat(257), 'a.b'])
    assert.match(faultsOf({ WEBHOOK_SECRET: secret }).en, /WEBHOOK_SECRET: must be 1 to 256/)
})

test('all faults are told at once, in both languages', () => {
  const { zh, en } = faultsOf({ LOG_LEVEL: 'loud', MIN_CONFIDENCE: '2', ALLOWED_CHATS: 'x', TELEGRAM_BOT_TOKEN: 'y' })
  for (const text of [zh, en]) {
    const named = [...text.matchAll(/^ {2}([A-Z_]+):/gm)].map((match) => match[1])
    assert.deepEqual(named.sort(), ['ALLOWED_CHATS', 'LOG_LEVEL', 'MIN_CONFIDENCE', 'TELEGRAM_BOT_TOKEN'])
  }
  assert.match(zh, /^环境变量/u)
  assert.match(en, /^The environment/)
})

test('a fault never repeats a value, as a secret may stand in any line', () => {
  const secret = 'S3cretValue'
  for (const name of variableNames) {
    // Some variables take any text; those cannot be at fault.
    if (['REPORTS_DIR', 'INDEX_DIR', 'STATE_DIR', 'EMBEDDING_MODEL', 'RERANKER_MODEL'].includes(name)) continue
    try {
      readConfig({ [name]: secret })
    } catch (error) {
      assert.ok(error instanceof ConfigError)
      const told = [error.text.zh, error.text.en, error.message, String(error.stack), JSON.stringify(error)]
      for (const text of told) assert.ok(!text.includes(secret), `${name}: ${text}`)
    }
  }
})

test('variables of others are no concern of ours', () => {
  assert.deepEqual(readConfig({ PATH: '/bin', TELEGRAM_BOT_TOKEN_OLD: 'x', log_level: 'x' }), readConfig({}))
})

test('the configuration cannot be changed', () => {
  const config = readConfig({ ALLOWED_USERS: '1' })
  assert.throws(() => Object.assign(config, { minConfidence: 1 }), TypeError)
  assert.throws(() => Object.assign(config.telegram, { token }), TypeError)
  assert.throws(() => (config.telegram.allowedUsers as number[]).push(2), TypeError, 'nobody lets himself in')
})

test('the language is that stated, else that of the system, else Chinese', () => {
  for (const [environment, language] of [
    [{}, 'zh'],
    [{ LANG: 'zh_CN.UTF-8' }, 'zh'],
    [{ LANG: 'C.UTF-8' }, 'zh'],
    [{ LANG: 'en_GB.UTF-8' }, 'en'],
    [{ LC_ALL: 'en_US.UTF-8', LANG: 'zh_CN.UTF-8' }, 'en'],
    [{ LC_ALL: '', LANG: 'en_US.UTF-8' }, 'en'],
    [{ DEFAULT_LANGUAGE: 'zh', LANG: 'en_US.UTF-8' }, 'zh'],
    [{ DEFAULT_LANGUAGE: '', LANG: 'en_US.UTF-8' }, 'en'],
  ] as const) {
    assert.equal(languageOf(environment), language, JSON.stringify(environment))
    assert.equal(readConfig(environment).language, language)
  }
})
